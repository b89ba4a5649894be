/** The Sightings table in memory. */
import type { SeenVersion } from "../../src/domain/coverage.ts";
import { type Route, routeSchema } from "../../src/domain/order-change.ts";
import type { SightingsTable } from "../../src/storage/sightings-table.ts";

/** Opens an empty table. */
export function createMemorySightingsTable(): SightingsTable {
  const rows = new Map<string, { hour: string; times: Partial<Record<Route, string>> }>();
  return {
    async note(sightings, route, at) {
      for (const { orderId, systemModstamp, changeHash } of sightings) {
        const hour = systemModstamp.slice(0, 13);
        const key = `${hour}/${orderId}|${changeHash}`;
        rows.set(key, { hour, times: { ...rows.get(key)?.times, [route]: at } });
      }
    },
    async *read(from, to) {
      const inRange = [...rows]
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([, row]) => row)
        .filter(({ hour }) => hour >= from.slice(0, 13) && hour < to.slice(0, 13));
      yield inRange.map(({ hour, times }): SeenVersion => ({
        hour: `${hour}:00:00.000Z`,
        routes: routeSchema.options.filter((route) => times[route] !== undefined),
      }));
    },
  };
}
