/** Ended instances by the time of their end, so that the oldest are found without reading the others. */
import type { Database, Key } from "lmdb";
import { z } from "zod";
import { isTerminal } from "./runtime-status.ts";
import type { EndedInstance, InstanceRow } from "./stored-rows.ts";

const keySchema = z.tuple([z.int(), z.string()]);
const statsSchema = z.object({ entryCount: z.int() });

/** See the file's header; rows of active instances leave no trace here. */
export class EndedInstances {
  readonly #database: Database<unknown, Key>;

  constructor(database: Database<unknown, Key>) {
    this.#database = database;
  }

  /** Belongs inside a commit. */
  add({ instanceId, runtimeStatus, updatedAtMs }: InstanceRow): void {
    if (isTerminal(runtimeStatus)) void this.#database.put([updatedAtMs, instanceId], true);
  }

  /** Belongs inside a commit. */
  remove({ instanceId, runtimeStatus, updatedAtMs }: InstanceRow): void {
    if (isTerminal(runtimeStatus)) void this.#database.remove([updatedAtMs, instanceId]);
  }

  /** The instances that ended first. */
  list(limit: number): EndedInstance[] {
    return [
      ...this.#database.getKeys({ limit }).map((key) => {
        const [endedAtMs, instanceId] = keySchema.parse(key);
        return { endedAtMs, instanceId };
      }),
    ];
  }

  count(): number {
    return statsSchema.parse(this.#database.getStats()).entryCount;
  }
}
