/** The words after `orderbell audit`. */
import type { BulkFormat } from "../src/domain/bulk-lines.ts";
import { type Options, requireOnly, TARGET_OPTIONS, toFormat } from "./read-options.ts";
import { type Target, toAuditTarget } from "./read-target.ts";
import { toUsageError } from "./usage.ts";

/** Which orchestrations to audit; a period is from `from` up to `to`, both instants in UTC. */
export type Selection =
  | { kind: "instances"; instanceIds: string[] }
  | { kind: "order"; orderId: string }
  | { kind: "period"; from: string; to: string };

export type AuditCommand =
  | { kind: "audit"; target: Target; selection: Selection; isJson: boolean; concurrency: number }
  | FetchCommand
  | { kind: "verify"; files: string[]; keyFile: string | undefined }
  | WhatIfCommand;

/** What stands at `path` of the app, to be printed or written to the file `out`. */
export type FetchCommand = { kind: "fetch"; target: Target; path: string; out: string | undefined };

export type WhatIfCommand = {
  kind: "whatIf";
  target: Target;
  from: string;
  to: string;
  proposal: { file: string; format: BulkFormat; replaceAll: boolean } | undefined;
  isJson: boolean;
};

const AUDIT_OPTIONS = [...TARGET_OPTIONS, "resource", "json"] as const;

/** Reads them at the instant `now` (ms); throws a CommandError that says what is wrong. */
export function readAuditCommand(words: string[], values: Options, now: number): AuditCommand {
  const [verb, ...rest] = words;
  switch (verb) {
    case "verify":
      requireOnly("audit verify", values, ["key"]);
      if (rest.length === 0) throw toUsageError("audit verify takes files.");
      return { kind: "verify", files: rest, keyFile: values.key };
    case "evidence": {
      const [instanceId, ...more] = rest;
      if (instanceId === undefined || more.length > 0)
        throw toUsageError("audit evidence takes one instance id.");
      const path = `/api/audit/orchestrations/${encodeURIComponent(instanceId)}/evidence`;
      return toFetch("audit evidence", values, path);
    }
    case "keys":
      if (rest.length > 0) throw toUsageError("audit keys takes no words, only options.");
      return toFetch("audit keys", values, "/api/audit/keys");
    case "what-if":
      return readWhatIf(rest, values, now);
    default:
      requireOnly("audit", values, [...AUDIT_OPTIONS, "order", "since", "concurrency"]);
      return {
        kind: "audit",
        target: toAuditTarget(values),
        selection: toSelection(words, values, now),
        isJson: values.json ?? false,
        concurrency: toConcurrency(values.concurrency ?? "4"),
      };
  }
}

function toFetch(command: string, values: Options, path: string): FetchCommand {
  requireOnly(command, values, [...TARGET_OPTIONS, "resource", "out"]);
  return { kind: "fetch", target: toAuditTarget(values), path, out: values.out };
}

function readWhatIf(rest: string[], values: Options, now: number): WhatIfCommand {
  requireOnly("audit what-if", values, [...AUDIT_OPTIONS, "since", "subscriptions", "replace-all", "format"]);
  if (rest.length > 0) throw toUsageError("audit what-if takes no words, only options.");
  if (values.since === undefined) throw toUsageError("audit what-if takes --since.");
  const file = values.subscriptions;
  if (file === undefined && (values["replace-all"] || values.format !== undefined))
    throw toUsageError("--replace-all and --format are for --subscriptions.");
  return {
    kind: "whatIf",
    target: toAuditTarget(values),
    ...toPeriod(values.since, now),
    proposal:
      file === undefined
        ? undefined
        : { file, format: toFormat(values.format, file), replaceAll: values["replace-all"] ?? false },
    isJson: values.json ?? false,
  };
}

function toSelection(instanceIds: string[], { order, since }: Options, now: number): Selection {
  const given = [instanceIds.length > 0, order !== undefined, since !== undefined].filter(Boolean).length;
  if (given !== 1) throw toUsageError("audit takes instance ids, --order or --since.");
  if (order !== undefined) return { kind: "order", orderId: order };
  if (since !== undefined) return { kind: "period", ...toPeriod(since, now) };
  return { kind: "instances", instanceIds };
}

const UNIT_MS: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000 };

function toPeriod(since: string, now: number): { from: string; to: string } {
  const [, amount, unit = ""] = /^(\d{1,6})([mhd])$/.exec(since) ?? [];
  const isInstant = /^\d{4}-\d\d-\d\d(T[\d:.]+(Z|[+-]\d\d:\d\d))?$/.test(since);
  const from = amount === undefined ? Date.parse(since) : now - Number(amount) * (UNIT_MS[unit] ?? 0);
  if ((amount === undefined && !isInstant) || Number.isNaN(from) || from < 0 || from >= now) {
    throw toUsageError(
      `--since takes an instant that has passed, or a time such as 90m, 24h or 7d; not ${since}.`,
    );
  }
  return { from: new Date(from).toISOString(), to: new Date(now).toISOString() };
}

function toConcurrency(text: string): number {
  const concurrency = Number(text);
  if (!/^\d{1,2}$/.test(text) || concurrency < 1 || concurrency > 32)
    throw toUsageError(`--concurrency takes 1 to 32, not ${text}.`);
  return concurrency;
}
