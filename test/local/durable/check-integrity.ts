/** Looks at the rows of the engine's store and tells what does not belong together. */
import type { RootDatabase } from "lmdb";
import { InstanceStore } from "../../../local/durable/instance-store.ts";
import { isTerminal } from "../../../local/durable/runtime-status.ts";

/** Everything that is wrong with the rows, in words. */
export function checkIntegrity(state: RootDatabase): string[] {
  const store = new InstanceStore(state);
  const rows = new Map([...store.listInstances(null)].map((row) => [row.instanceId, row]));
  const problems: string[] = [];
  for (const table of ["durable-history", "durable-inbox", "durable-activities"]) {
    for (const key of state.openDB({ name: table }).getKeys()) {
      const [instanceId] = key as [string];
      if (!rows.has(instanceId)) problems.push(`${table} holds rows of ${instanceId}, which does not exist`);
    }
  }
  for (const row of rows.values()) {
    const { length } = store.readHistory(row.instanceId);
    if (length !== row.historyLength)
      problems.push(`${row.instanceId} has ${length} events, not ${row.historyLength}`);
    if (isTerminal(row.runtimeStatus) && store.readInbox(row.instanceId).length > 0) {
      problems.push(`${row.instanceId} has ended with unread messages`);
    }
  }
  const ended = [...rows.values()].filter((row) => isTerminal(row.runtimeStatus));
  const indexed = new Set(
    store.ended.list(1_000_000).map(({ endedAtMs, instanceId }) => `${endedAtMs} ${instanceId}`),
  );
  if (indexed.size !== ended.length)
    problems.push(`${indexed.size} ended instances are indexed, ${ended.length} exist`);
  for (const row of ended) {
    if (!indexed.has(`${row.updatedAtMs} ${row.instanceId}`))
      problems.push(`${row.instanceId} is not indexed`);
  }
  return problems;
}
