/**
 * Fuzz: whatever happens to an outbound message on its way, the reader refuses it in the open or has understood all of
 * it, and is quick about it.
 *
 * What "understood" means, for every message that is taken:
 * 1. `second-reading.ts`, which shares nothing with the reader, accounts for every element, attribute and character
 *    of it, and reads the same ids and the same fields;
 * 2. what the changes hold in canonical form has the value that the message spells;
 * 3. the changes, written as a message by the writer of the tests, are read as the same changes again.
 *
 * FUZZ_RUNS says how many messages (20,000), FUZZ_SEED where to begin (1; drawn by lot where FUZZ_RUNS is given). The
 * message of a failure is made again by FUZZ_RUNS=1 and the seed that it names.
 */
import { isDeepStrictEqual } from "node:util";
import { setImmediate as nextTurn } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { OrderBellError } from "../../../src/domain/errors.ts";
import { DEFAULT_CORE_FIELDS, OTHER_FIELDS, type OrderChange } from "../../../src/domain/order-change.ts";
import { readNotifications } from "../../../src/ingress/read-notifications.ts";
import { toOrderChange } from "../../../src/ingress/to-order-change.ts";
import { DEFAULT_ORDER, ORGANIZATION_ID, toOutboundMessageXml } from "../../support/outbound-message.ts";
import { BASES, mutateMessage } from "./mutated-message.ts";
import { readSecondly, type SecondNotification } from "./second-reading.ts";

const RUNS = Number(process.env["FUZZ_RUNS"] ?? 20_000);
const FIRST_SEED = Number(
  process.env["FUZZ_SEED"] ??
    (process.env["FUZZ_RUNS"] === undefined ? 1 : Math.floor(Math.random() * 2 ** 31)),
);
const LONGEST_MS = 100;
const PROGRESS_EVERY_MS = 5_000;
const ALLOWED = [ORGANIZATION_ID, "00D7F00000107XsUAI"];

/** The whole way in. */
function read(bytes: Uint8Array) {
  const told = readNotifications({ bytes, contentType: "text/xml; charset=UTF-8" }, ALLOWED);
  const changes = told.map(({ fields, outboundMessageNotificationId }) =>
    toOrderChange(fields, {
      coreFields: DEFAULT_CORE_FIELDS,
      otherFields: OTHER_FIELDS,
      route: "outboundMessage",
      outboundMessageNotificationId,
    }),
  );
  return { told, changes };
}

type Reading = ReturnType<typeof read>;

/** Reads, and says how long it took; a refusal is an answer, any other error is a crash. */
function readTimed(bytes: Uint8Array): { reading: Reading | undefined; reason: string; ms: number } {
  const start = performance.now();
  try {
    const reading = read(bytes);
    return { reading, reason: "taken", ms: performance.now() - start };
  } catch (error) {
    const ms = performance.now() - start;
    if (!(error instanceof OrderBellError) || error.retryable) throw error;
    const reason = "reason" in error ? String(error.reason) : error.constructor.name;
    return { reading: undefined, reason, ms };
  }
}

const toLongId = (id: string) =>
  id.length === 18
    ? id
    : id +
      [id.slice(0, 5), id.slice(5, 10), id.slice(10)]
        .map((five) => Array.from(five).reduce((sum, c, i) => sum + (c >= "A" && c <= "Z" ? 1 << i : 0), 0))
        .map((index) => "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"[index])
        .join("");

/** Whether the canonical value is what the message spells. */
function isSameValue(
  field: string,
  written: string | null | undefined,
  canonical: string | null | undefined,
): boolean {
  const spelled = written ?? "";
  if (spelled === "" || canonical == null) return spelled === "" && canonical === null;
  if (field.endsWith("Date") || field === "SystemModstamp")
    return Date.parse(spelled) === Date.parse(canonical);
  if (field.endsWith("Id")) return toLongId(spelled) === canonical;
  if (field === "TotalAmount")
    return Number(spelled) === Number(canonical) && /^-?\d+(\.\d*[1-9])?$/.test(canonical);
  return spelled.replaceAll(/\r\n?/g, "\n") === canonical;
}

function compareChange(change: OrderChange, { id, fields }: SecondNotification): string | undefined {
  if (toLongId(id) !== change.outboundMessageNotificationId) return `the notification id ${id}`;
  const expected = [...DEFAULT_CORE_FIELDS, ...(fields["IsDeleted"] === "true" ? ["IsDeleted"] : [])];
  if (!isDeepStrictEqual(Object.keys(change.coreFields).toSorted(), expected.toSorted()))
    return "the core fields";
  const wrong = expected.find((name) => !isSameValue(name, fields[name], change.coreFields[name]));
  if (wrong !== undefined) return `the field ${wrong}: ${fields[wrong]} became ${change.coreFields[wrong]}`;
  const hasNumber = Object.hasOwn(change.otherFields, "OrderNumber");
  if (hasNumber !== Object.hasOwn(fields, "OrderNumber")) return "whether there is an OrderNumber";
  if (hasNumber && !isSameValue("OrderNumber", fields["OrderNumber"], change.otherFields["OrderNumber"]))
    return "the OrderNumber";
  return undefined;
}

const NO_FIELDS = Object.fromEntries(Object.keys(DEFAULT_ORDER).map((name) => [name, null]));

function readAgain(changes: readonly OrderChange[]): readonly OrderChange[] {
  const xml = toOutboundMessageXml({
    orders: changes.map((change) => ({ ...NO_FIELDS, ...change.coreFields, ...change.otherFields })),
    notificationIds: changes.map((change) => change.outboundMessageNotificationId ?? ""),
  });
  return read(new TextEncoder().encode(xml)).changes;
}

/** A null that was sent is told as null, one that was left out is not told; the writer leaves all out. */
const withoutNulls = (changes: readonly OrderChange[]) =>
  changes.map((change) => ({
    ...change,
    otherFields: Object.fromEntries(Object.entries(change.otherFields).filter(([, value]) => value !== null)),
  }));

/** Why what was taken cannot have been understood; undefined when all agree. */
function findDisagreement(bytes: Uint8Array, { told, changes }: Reading): string | undefined {
  const second = readSecondly(bytes);
  if (!ALLOWED.includes(toLongId(second.organizationId))) return `the organisation ${second.organizationId}`;
  const secondTold = second.notifications.filter(({ fields }) => Object.keys(fields).length > 0);
  const first = told.map(({ fields, outboundMessageNotificationId: id }) => ({ id, fields }));
  if (!isDeepStrictEqual(first, secondTold)) return `what is told: ${JSON.stringify({ first, secondTold })}`;
  for (const [index, notification] of secondTold.entries()) {
    const change = changes[index];
    const wrong = change === undefined ? "a missing change" : compareChange(change, notification);
    if (wrong !== undefined) return wrong;
  }
  if (changes.length === 0) return undefined;
  const [sent, again] = [withoutNulls(changes), withoutNulls(readAgain(changes))];
  return isDeepStrictEqual(sent, again) ? undefined : `itself: ${JSON.stringify({ sent, again })}`;
}

function check(seed: number, tally: Map<string, number>): string | undefined {
  const { bytes, edits } = mutateMessage(seed);
  const fail = (problem: string) =>
    `FUZZ_RUNS=1 FUZZ_SEED=${seed} (${edits.join(", ")}): ${problem}\n${Buffer.from(bytes).toString().slice(0, 6_000)}`;
  try {
    const { reading, reason, ms } = readTimed(bytes);
    tally.set(reason, (tally.get(reason) ?? 0) + 1);
    // A pause of the machine or of the garbage collector does not come twice, and takes no time of this process.
    if (ms > LONGEST_MS) {
      const before = process.cpuUsage();
      const again = readTimed(bytes).ms;
      const { user, system } = process.cpuUsage(before);
      const least = Math.min(again, (user + system) / 1_000);
      if (least > LONGEST_MS) return fail(`took ${Math.round(ms)} ms, then ${Math.round(least)} ms`);
    }
    const disagreement = reading && findDisagreement(bytes, reading);
    return disagreement === undefined ? undefined : fail(`taken, but disagrees about ${disagreement}`);
  } catch (error) {
    return fail(error instanceof Error ? (error.stack ?? error.message) : String(error));
  }
}

describe("the second reading", () => {
  it("agrees about messages to which nothing happened", () => {
    for (const base of BASES.slice(0, -2)) {
      const bytes = new TextEncoder().encode(base);
      expect(findDisagreement(bytes, read(bytes))).toBeUndefined();
    }
  });
});

describe("a message that something happened to", () => {
  it(
    `is refused, or understood whole, within ${LONGEST_MS} ms`,
    async () => {
      const tally = new Map<string, number>();
      const problems: string[] = [];
      const start = performance.now();
      let told = start;
      for (let run = 0; run < RUNS && problems.length < 5; run += 1) {
        const problem = check(FIRST_SEED + run, tally);
        if (problem !== undefined) problems.push(problem);
        if (run % 100 === 99) await nextTurn();
        if (performance.now() - told < PROGRESS_EVERY_MS) continue;
        told = performance.now();
        const perSecond = Math.round((run + 1) / ((told - start) / 1_000));
        console.log(`${run + 1} of ${RUNS} messages from seed ${FIRST_SEED}, ${perSecond} a second`);
      }
      if (RUNS > 100_000) console.log(Object.fromEntries(tally));
      expect(problems.join("\n\n")).toBe("");
      if (RUNS < 10_000) return;
      // Neither answer is empty talk: both are frequent, and refusals have many reasons.
      expect(tally.get("taken") ?? 0).toBeGreaterThan(RUNS / 20);
      expect(tally.get("notXml") ?? 0).toBeGreaterThan(RUNS / 20);
      expect(tally.size).toBeGreaterThan(10);
    },
    60_000 + RUNS * 20,
  );
});
