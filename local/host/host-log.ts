/** The log lines of the host, and how the worker's become such. */
import type { CoreLog, RpcLogLevel } from "./core-api.ts";

/** One line of the host's log. */
export interface HostLogEntry {
  level: "trace" | "debug" | "info" | "warn" | "error";
  category: string;
  message: string;
  invocationId?: string;
  functionName?: string;
}

/** Takes the lines of the host. */
export type HostLog = (entry: HostLogEntry) => void;

const LEVELS: Record<RpcLogLevel, HostLogEntry["level"]> = {
  trace: "trace",
  debug: "debug",
  information: "info",
  warning: "warn",
  error: "error",
  critical: "error",
  none: "trace",
};

/** A worker line in the host's form; the app's own lines get a category that ends in `.User`. */
export function toLogEntry(line: CoreLog, category: string): HostLogEntry {
  const suffix = line.category === "user" ? ".User" : "";
  return { level: LEVELS[line.level], category: `${category}${suffix}`, message: line.message };
}

/** The log of one part of the runtime. */
export function toPartLog(log: HostLog, category: string) {
  return (level: "debug" | "info" | "warn" | "error", message: string): void =>
    log({ level, category, message });
}
