/** Reads the query strings of the management API; like the extension, it ignores values it cannot read. */
import type { InstanceFilter } from "./instance-filter.ts";
import { runtimeStatuses, type RuntimeStatus } from "./runtime-status.ts";

type Query = Record<string, string>;

const defaultPageSize = 100;
const statusByName = new Map<string, RuntimeStatus>(runtimeStatuses.map((status) => [status, status]));

/** Which instances a list or purge request means. */
export function readInstanceQuery(query: Query): {
  filter: InstanceFilter;
  pageSize: number;
  showInput: boolean;
} {
  const pageSize = Number.parseInt(query["top"] ?? "", 10);
  return {
    filter: {
      runtimeStatuses: readStatuses(query["runtimeStatus"]),
      createdFromMs: readTime(query["createdTimeFrom"]),
      createdToMs: readTime(query["createdTimeTo"]),
      instanceIdPrefix: query["instanceIdPrefix"],
    },
    pageSize: pageSize > 0 ? pageSize : defaultPageSize,
    showInput: readBoolean(query["showInput"], false),
  };
}

/** What a status request wants to see. */
export function readStatusQuery(query: Query): {
  showHistory: boolean;
  showHistoryOutput: boolean;
  showInput: boolean;
  failureIs500: boolean;
} {
  return {
    showHistory: readBoolean(query["showHistory"], false),
    showHistoryOutput: readBoolean(query["showHistoryOutput"], false),
    showInput: readBoolean(query["showInput"], true),
    failureIs500: readBoolean(query["returnInternalServerErrorOnFailure"], false),
  };
}

/** How long a start request waits for the end; null when it does not (both parameters are in seconds). */
export function readWaitQuery(query: Query): { timeoutMs: number; failureIs500: boolean } | null {
  const timeoutSeconds = Number(query["timeout"] ?? Number.NaN);
  const intervalSeconds = Number(query["pollingInterval"] ?? Number.NaN);
  if (!Number.isFinite(timeoutSeconds) || !Number.isFinite(intervalSeconds)) return null;
  const failureIs500 = readBoolean(query["returnInternalServerErrorOnFailure"], false);
  return { timeoutMs: Math.min(Math.max(timeoutSeconds, 0) * 1000, 2 ** 31 - 1), failureIs500 };
}

function readStatuses(text: string | undefined): ReadonlySet<RuntimeStatus> | undefined {
  const statuses = (text ?? "").split(",").flatMap((name) => statusByName.get(name.trim()) ?? []);
  return statuses.length === 0 ? undefined : new Set(statuses);
}

function readTime(text: string | undefined): number | undefined {
  const timeMs = Date.parse(text ?? "");
  return Number.isNaN(timeMs) ? undefined : timeMs;
}

function readBoolean(text: string | undefined, byDefault: boolean): boolean {
  if (text?.toLowerCase() === "true") return true;
  return text?.toLowerCase() === "false" ? false : byDefault;
}
