/** Breaks every folder rule of .oxlintrc.json once, and uses once everything a folder may use. */
import { beforeAll, describe, expect, it } from "vitest";
import { lintTree, type Finding } from "./lint-tree.ts";

const edge = "src/functions/example.ts";
const orchestrator = "src/orchestration/example.ts";
const registrations = "src/functions/orchestrations.ts";
const domain = "src/domain/example.ts";
const page = "web/client/example.ts";

/** What a file may not import, separated by spaces. */
const bannedImports: Record<string, string> = {
  [edge]:
    "../storage/inbox.ts ../delivery/to-message.ts ../index.ts ../../local/main.ts ../../web/client/client.ts " +
    "jsforce @azure/data-tables node:process saxes",
  [orchestrator]:
    "../functions/get-inbox.ts ../usecases/read-inbox.ts ../ingress/outbound-message.ts ../identity/caller.ts " +
    "../storage/inbox.ts ../delivery/to-message.ts ../audit/timeline.ts ../config.ts ../services.ts " +
    "../telemetry/telemetry.ts ../../local/main.ts node:crypto node:timers/promises node:fs @azure/functions",
  [domain]:
    "../ingress/outbound-message.ts ../storage/inbox.ts ../telemetry/metrics.ts ../config.ts ../../local/main.ts node:crypto saxes",
  "src/ingress/example.ts":
    "../usecases/record-change.ts ../storage/orders.ts ../functions/poll-orders.ts node:fs jsforce",
  "src/ingress/salesforce.ts": "../usecases/record-change.ts @azure/functions node:fs jsforce",
  "src/storage/example.ts":
    "../usecases/read-inbox.ts ../delivery/to-message.ts ../activities/claim-change.ts @azure/functions",
  "src/telemetry/example.ts":
    "../storage/inbox.ts ../usecases/read-inbox.ts ../config.ts ../services.ts @azure/functions node:crypto",
  "src/delivery/example.ts":
    "../storage/inbox.ts ../activities/deliver-batch.ts @azure/data-tables @azure/functions",
  "src/identity/example.ts": "../storage/inbox.ts ../usecases/read-inbox.ts @azure/functions",
  "src/activities/example.ts":
    "../functions/activities.ts ../orchestration/names.ts ../audit/timeline.ts durable-functions @azure/data-tables jsforce",
  "src/usecases/example.ts":
    "../functions/get-inbox.ts ../activities/claim-change.ts ../services.ts durable-functions @azure/functions " +
    "@azure/data-tables jsforce",
  "src/audit/example.ts":
    "../functions/get-timeline.ts ../usecases/read-inbox.ts durable-functions @azure/data-tables @azure/keyvault-keys",
  "src/audit/durable-executor.ts": "../storage/orders.ts ../activities/a.ts ../config.ts @azure/data-tables",
  "src/audit/key-vault-signer.ts": "../storage/orders.ts ../config.ts @azure/data-tables",
  "src/openapi/example.ts":
    "../storage/orders.ts ../audit/timeline.ts ../services.ts node:fs @azure/functions",
  "src/services.ts": "./functions/get-inbox.ts ../local/storage/a.ts jsforce node:process",
  "src/config.ts": "./storage/inbox.ts ./services.ts node:fs",
  "src/index.ts": "./usecases/read-inbox.ts ./storage/inbox.ts ../local/storage/a.ts",
  "src/new-room/example.ts": "../domain/order-change.ts",
  [page]:
    "../../local/main.ts ../../src/usecases/read-inbox.ts ../../src/delivery/to-message.ts ../../src/config.ts " +
    "../../src/domain-like/a.ts ../../cli/main.ts node:fs @azure/functions",
  "local/durable/example.ts":
    "../../src/domain/order-change.ts ../../src/index.ts ../../web/client/client.ts ../../cli/main.ts",
  "local/main.ts": "../src/domain/order-change.ts",
  "cli/main.ts": "../local/storage/a.ts",
};

/** What a file may not do: file, the deed, one line that does it, and the rule that says no. */
const bannedDeeds: [file: string, deed: string, source: string, rule: string][] = [
  [
    edge,
    "import storage late",
    'export const late = () => import("../storage/a.ts");',
    "no-restricted-imports",
  ],
  [edge, "pass storage on", 'export { inbox } from "../storage/inbox.ts";', "no-restricted-imports"],
  [edge, "import a type of storage", 'export type { Row } from "../storage/a.ts";', "no-restricted-imports"],
  [edge, "read process.env", "export const setting = process.env;", "no-restricted-globals"],
  [edge, "read globalThis.process", "export const hidden = globalThis.process;", "no-restricted-globals"],
  [edge, "print", 'console.log("hello");', "no-console"],
  [edge, "re-export all of another file", 'export * from "./other.ts";', "orderbell/no-barrel"],
  [
    "src/functions/barrel.ts",
    "be a barrel",
    'export { a } from "./a.ts"; export { b } from "./b.ts";',
    "orderbell/no-barrel",
  ],

  [
    orchestrator,
    "import an activity",
    'import { a1 } from "../activities/a.ts"; void a1;',
    "no-restricted-imports",
  ],
  [
    orchestrator,
    "import a Durable client",
    'import { getClient as a2 } from "durable-functions"; a2();',
    "no-restricted-imports",
  ],
  [
    orchestrator,
    "import all of Durable",
    'import * as df from "durable-functions"; export { df };',
    "no-restricted-imports",
  ],
  [orchestrator, "call Date.now()", "export const now = Date.now();", "no-restricted-globals"],
  [orchestrator, "create a Date", 'export const day = new Date("2026-11-22");', "no-restricted-globals"],
  [
    orchestrator,
    "hide Date behind globalThis",
    "export const late = globalThis.Date.now();",
    "no-restricted-globals",
  ],
  [orchestrator, "measure time", "export const start = performance.now();", "no-restricted-globals"],
  [orchestrator, "fetch", 'export const reply = fetch("http://localhost");', "no-restricted-globals"],
  [orchestrator, "set a timeout", "setTimeout(() => undefined, 1);", "no-restricted-globals"],
  [orchestrator, "set an interval", "setInterval(() => undefined, 1);", "no-restricted-globals"],
  [orchestrator, "set an immediate", "setImmediate(() => undefined);", "no-restricted-globals"],
  [orchestrator, "queue a microtask", "queueMicrotask(() => undefined);", "no-restricted-globals"],
  [orchestrator, "use promises", "export const promised = Promise.resolve(1);", "no-restricted-globals"],
  [orchestrator, "read process", "export const platform = process.platform;", "no-restricted-globals"],
  [orchestrator, "use crypto", "export const id = crypto.randomUUID();", "no-restricted-globals"],
  [orchestrator, "print", "export const print = console;", "no-restricted-globals"],
  [orchestrator, "draw lots", "export const lot = Math.random();", "no-restricted-properties"],
  [
    orchestrator,
    "read currentUtcDateTime",
    "export const clock = (c: { df: { currentUtcDateTime: Date } }) => c.df.currentUtcDateTime;",
    "no-restricted-properties",
  ],
  [
    orchestrator,
    "take currentUtcDateTime apart",
    "export const taken = ({ currentUtcDateTime }: { currentUtcDateTime: Date }) => currentUtcDateTime;",
    "no-restricted-properties",
  ],

  [domain, "read the clock by new Date()", "export const now = new Date();", "orderbell/no-clock"],
  [domain, "read the clock by Date()", "export const text = Date();", "orderbell/no-clock"],
  [domain, "read the clock by Date.now()", "export const stamp = Date.now();", "orderbell/no-clock"],
  [
    domain,
    "read the clock under another name",
    "const Clock = Date; export const alias = [Clock.now(), new Clock()];",
    "orderbell/no-clock",
  ],
  [domain, "take Date apart", "export const { now: taken } = Date;", "orderbell/no-clock"],
  [domain, "pass Date on", "export const clocks = [Date];", "orderbell/no-clock"],
  [domain, "extend Date", "export class Instant extends Date {}", "orderbell/no-clock"],
  [domain, "read Date.now by a string", 'export const quoted = Date["now"]();', "orderbell/no-clock"],
  [
    domain,
    "create a Date of what may be nothing",
    "export const spread = (instants: [] | [string]) => new Date(...instants);",
    "orderbell/no-clock",
  ],
  [
    domain,
    "hide Date behind globalThis",
    "export const hidden = globalThis.Date.now();",
    "no-restricted-globals",
  ],
  [domain, "take Date out of global", "export const { Date: Global } = global;", "no-restricted-globals"],
  [domain, "draw lots", "export const lot = Math.random();", "no-restricted-properties"],
  [domain, "fetch", 'export const reply = fetch("http://localhost");', "no-restricted-globals"],
  [domain, "read process.env", "export const setting = process.env;", "no-restricted-globals"],

  ...(
    [
      [
        "write an orchestrator itself",
        'df.app.orchestration("x", function* (c) { yield c.df.callActivity("y", Math.random()); return Date.now(); });',
      ],
      ["write one elsewhere in the file", "df.app.orchestration(NAME, homemade);"],
      ["import one from another folder", "df.app.orchestration(NAME, audited);"],
      ["import one from a folder of a like name", "df.app.orchestration(NAME, nested);"],
      [
        "hide one under an orchestrator's name",
        "{ const orchestrator = homemade; df.app.orchestration(NAME, orchestrator); }",
      ],
      ["wrap one", "df.app.orchestration(NAME, homemade(orchestrator));"],
      ["take one from a table of its own", "df.app.orchestration(NAME, { one: homemade }.one);"],
      ["pass one in options", "df.app.orchestration(NAME, { handler: homemade });"],
      ["pass one out of sight", "df.app.orchestration(...homemade());"],
      ["register one through app", "app.orchestration(NAME, homemade);"],
      ["register one by a string", 'app["orchestration"](NAME, homemade);'],
      ["register one through a bare trigger", "export const trigger = df.trigger.orchestration();"],
      ["keep the registering for later", "export const register = app.orchestration;"],
      ["take the registering apart", "export const { orchestration } = app;"],
    ] as const
  ).map(([deed, source]): [string, string, string, string] => [
    registrations,
    deed,
    source,
    "orderbell/orchestrator-by-import",
  ]),
  [
    "src/services.ts",
    "register an orchestrator",
    'import { app } from "durable-functions"; app.orchestration("x", function* () { yield 1; });',
    "orderbell/orchestrator-by-import",
  ],

  ["src/services.ts", "read process.env", "export const setting = process.env;", "no-restricted-globals"],
  [page, "read process", "export const platform = process as unknown;", "no-restricted-globals"],
  [page, "print", 'console.log("hello");', "no-console"],
];

const someOrchestrators =
  "export function* one() { yield 1; } export function* two() { yield 2; } export const table = { one };";

/** What the deeds of `registrations` speak of. */
const registered = [
  { file: "src/orchestration/some.ts", source: someOrchestrators },
  { file: "src/audit/some.ts", source: someOrchestrators },
  { file: "src/functions/orchestration/some.ts", source: someOrchestrators },
  ...[
    'import * as df from "durable-functions"; import { app } from "durable-functions";',
    'import { one as orchestrator } from "../orchestration/some.ts";',
    'import { one as audited } from "../audit/some.ts";',
    'import { one as nested } from "./orchestration/some.ts";',
    'const NAME = "one"; function* homemade() { yield 1; }',
  ].map((source) => ({ file: registrations, source })),
];

const sharedRooms = "../domain/a.ts ./other.ts zod";

/** What a file may import, separated by spaces. */
const allowedImports: Record<string, string> = {
  [edge]:
    `${sharedRooms} ../ingress/a.ts ../usecases/a.ts ../orchestration/a.ts ../activities/a.ts ../audit/a.ts ` +
    "../identity/a.ts ../telemetry/metrics.ts ../config.ts ../code-version.ts ../services.ts @azure/functions " +
    "durable-functions node:crypto node:fs",
  [orchestrator]: sharedRooms,
  [domain]: "./other.ts zod",
  "src/ingress/example.ts": `${sharedRooms} saxes node:crypto`,
  "src/ingress/salesforce.ts": `${sharedRooms} jsforce/lib/connection.js jsforce/lib/transport.js`,
  "src/storage/example.ts": `${sharedRooms} ../telemetry/metrics.ts @azure/data-tables @azure/storage-blob node:crypto`,
  "src/telemetry/example.ts":
    "./metrics.ts ../domain/a.ts @opentelemetry/api @opentelemetry/sdk-metrics @azure/identity @azure/monitor-opentelemetry-exporter",
  "src/delivery/example.ts": sharedRooms,
  "src/identity/example.ts": `${sharedRooms} ../config.ts`,
  "src/activities/example.ts": `${sharedRooms} ../storage/a.ts ../delivery/a.ts ../ingress/a.ts ../usecases/a.ts ../config.ts`,
  "src/usecases/example.ts":
    `${sharedRooms} ../storage/a.ts ../delivery/a.ts ../ingress/a.ts ../identity/a.ts ../orchestration/names.ts ` +
    "../config.ts node:crypto node:timers/promises",
  "src/audit/example.ts": `${sharedRooms} ../storage/a.ts ../delivery/a.ts ../orchestration/a.ts ../activities/a.ts jose/jwk/thumbprint`,
  "src/audit/durable-executor.ts": "./a.ts ../domain/a.ts ../orchestration/a.ts durable-functions",
  "src/audit/key-vault-signer.ts": `${sharedRooms} @azure/identity @azure/keyvault-keys node:crypto`,
  "src/openapi/example.ts": `${sharedRooms} ../functions/a.ts ../usecases/a.ts ../identity/a.ts`,
  "src/services.ts":
    "./config.ts ./storage/a.ts ./usecases/a.ts ./activities/a.ts @azure/data-tables durable-functions",
  "src/config.ts": "zod ./domain/a.ts",
  "src/index.ts": "./functions/a.ts ./services.ts ./config.ts",
  [page]: "../../src/domain/notification.ts ../element/order-bell.ts @microsoft/signalr zod",
  "local/durable/example.ts": "../state/open-state.ts ../host/a.ts node:process lmdb",
  "cli/main.ts": "../src/domain/a.ts",
};

const allowedDeeds: [file: string, source: string][] = [
  [edge, "export const now = new Date();"],
  [orchestrator, 'export type { ClaimChange } from "../activities/claim-change.ts";'],
  [orchestrator, 'import { RetryOptions } from "durable-functions";'],
  [orchestrator, 'import type { OrchestrationContext as C } from "durable-functions";'],
  [orchestrator, "export const read = (context: C) => [context.df.instanceId, new RetryOptions(1_000, 3)];"],
  [domain, "export const day = (instant: string) => new Date(instant).getTime();"],
  [
    domain,
    'export const instants = [Date.parse("2026-11-22"), Date.UTC(2026, 10, 22), Number(new Date(0, 1))];',
  ],
  [domain, "export const toText = (instant: Date) => instant.toISOString();"],
  [domain, "export const record = { Date: 1 }; export const field = record.Date;"],
  [domain, "export const own = (Date: { now(): string }) => Date.now();"],
  ["src/orchestration/some.ts", someOrchestrators],
  [registrations, 'import * as df from "durable-functions"; import { app } from "durable-functions";'],
  [registrations, 'import { one, two as renamed } from "../orchestration/some.ts";'],
  [registrations, 'df.app.orchestration("one", one); app.orchestration("two", renamed);'],
  [
    registrations,
    'import { table } from "../orchestration/some.ts"; df.app.orchestration("one", table["one"]);',
  ],
  ["src/config.ts", "export const setting = process.env;"],
  ["src/usecases/example.ts", 'export { one } from "./one.ts";'],
  ["local/durable/example.ts", "console.log(process.env);"],
  ["cli/main.ts", 'console.log("hello");'],
];

function toImportLines(imports: Record<string, string>): [file: string, specifier: string, source: string][] {
  return Object.entries(imports).flatMap(([file, specifiers]) =>
    specifiers.split(" ").map((to): [string, string, string] => [file, to, `import "${to}";`]),
  );
}

/** Writes each line into its file and tells where it went, so that a finding belongs to exactly one line. */
function layOut(lines: readonly { file: string; source: string }[]) {
  const sources = new Map<string, string>();
  const placed = lines.map(({ file, source }) => {
    const before = sources.get(file) ?? "";
    sources.set(file, `${before}${source}\n`);
    return before.split("\n").length;
  });
  return { sources, placed };
}

describe("the folder rules", () => {
  const cases = [
    ...toImportLines(bannedImports).map(([file, to, source]) => ({
      title: `${file} may not import ${to}`,
      file,
      source,
      rule: "no-restricted-imports",
    })),
    ...bannedDeeds.map(([file, deed, source, rule]) => ({
      title: `${file} may not ${deed}`,
      file,
      source,
      rule,
    })),
  ];
  const { sources, placed } = layOut([...registered, ...cases]);
  let findings: Finding[] = [];
  beforeAll(async () => {
    findings = await lintTree(sources);
  });

  for (const [index, { title, file, rule }] of cases.entries()) {
    it(title, () => {
      const here = findings.filter(
        (finding) => finding.file === file && finding.line === placed[registered.length + index],
      );
      expect(here.map((finding) => finding.rule)).toEqual([rule]);
      // Our own messages say what is wrong and, after a colon, what to do instead.
      if (rule.startsWith("no-restricted-")) expect(here[0]?.message).toContain(": ");
    });
  }

  it("allow all that the design allows", async () => {
    const lines = toImportLines(allowedImports).map(([file, , source]) => ({ file, source }));
    lines.push(...allowedDeeds.map(([file, source]) => ({ file, source })));
    expect(await lintTree(layOut(lines).sources)).toEqual([]);
  });
});
