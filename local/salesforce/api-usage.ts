/**
 * How many API calls were made within the last 24 hours, counted by the minute.
 *
 * Source: "API Request Limits and Allocations" (a rolling 24 hours) and "Limit Info Header" of the REST API Developer Guide.
 */
import type { RootDatabase } from "lmdb";
import { z } from "zod";

/** The count; it survives a restart. */
export interface ApiUsage {
  readonly used: number;
  /** Counts one call; resolves once that is committed. */
  count(): Promise<void>;
}

const MINUTE_MS = 60_000;
const MINUTES = 24 * 60;

/** Opens the count in the runtime's store; its owner closes it. */
export function openApiUsage(state: RootDatabase, now: () => Date): ApiUsage {
  const rows = state.openDB<unknown, number>({ name: "salesforce-api-usage" });
  const counts = new Map<number, number>();
  for (const { key, value } of rows.getRange()) counts.set(key, z.int().parse(value));
  const toMinute = () => Math.floor(now().getTime() / MINUTE_MS);

  return {
    get used() {
      const first = toMinute() - MINUTES;
      let used = 0;
      for (const [minute, count] of counts) if (minute > first) used += count;
      return used;
    },
    count: async () => {
      const minute = toMinute();
      for (const key of counts.keys()) {
        if (key > minute - MINUTES) continue;
        counts.delete(key);
        void rows.remove(key);
      }
      const count = (counts.get(minute) ?? 0) + 1;
      counts.set(minute, count);
      await rows.put(minute, count);
    },
  };
}
