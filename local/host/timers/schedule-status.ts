/**
 * What is remembered of a timer's schedule, so that an occurrence missed while nothing ran is noticed.
 *
 * Source: ScheduleMonitor.cs (CheckPastDueAsync) and TimerListener.cs of Azure/azure-webjobs-sdk-extensions; Azure keeps
 * it in a blob, the runtime in its own store.
 */
import type { RootDatabase } from "lmdb";
import { z } from "zod";
import type { Ncrontab } from "./ncrontab.ts";

/** Where a schedule stands; null stands for "never". */
export interface ScheduleStatus {
  readonly last: Date | null;
  readonly next: Date | null;
  readonly lastUpdated: Date | null;
}

/** The stored statuses by function name. */
export interface ScheduleStatuses {
  read(functionName: string): ScheduleStatus | null;
  /** Resolves when the status is committed. */
  write(functionName: string, status: ScheduleStatus): Promise<void>;
}

const instant = z.iso
  .datetime()
  .transform((text) => new Date(text))
  .nullable();
const rowSchema = z.object({ last: instant, next: instant, lastUpdated: instant });

/** Opens the statuses in the runtime's store; its owner closes it. */
export function openScheduleStatuses(state: RootDatabase): ScheduleStatuses {
  const rows = state.openDB<unknown, string>({ name: "timers", encoding: "json" });
  return {
    read: (functionName) => rowSchema.safeParse(rows.get(functionName.toLowerCase())).data ?? null,
    write: async (functionName, status) => {
      await rows.put(functionName.toLowerCase(), {
        last: status.last?.toISOString() ?? null,
        next: status.next?.toISOString() ?? null,
        lastUpdated: status.lastUpdated?.toISOString() ?? null,
      });
    },
  };
}

/** Where a schedule stands when the host starts, and whether an occurrence was missed. */
export interface ResumedSchedule {
  /** What the function is told. */
  readonly status: ScheduleStatus;
  readonly isPastDue: boolean;
  /** What has to be stored before anything runs; null when nothing changed. */
  readonly toStore: ScheduleStatus | null;
}

/** Compares what was stored with the schedule as it is now; a schedule that changed meanwhile is not past due. */
export function resumeSchedule(
  stored: ScheduleStatus | null,
  ncrontab: Ncrontab,
  now: Date,
): ResumedSchedule {
  if (stored === null) {
    const next = ncrontab.next(now);
    return {
      status: { last: null, next, lastUpdated: null },
      isPastDue: false,
      toStore: { last: null, next, lastUpdated: now },
    };
  }
  const from = stored.last ?? stored.lastUpdated ?? now;
  const expected = ncrontab.next(from);
  if (isSame(stored.next, expected)) {
    return { status: stored, isPastDue: expected !== null && now > expected, toStore: null };
  }
  const isOver = expected !== null && now > expected;
  const status = {
    last: null,
    next: isOver ? ncrontab.next(now) : expected,
    lastUpdated: isOver ? now : from,
  };
  return { status, isPastDue: false, toStore: status };
}

function isSame(a: Date | null, b: Date | null): boolean {
  return a?.getTime() === b?.getTime();
}
