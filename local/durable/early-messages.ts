/**
 * Messages to an execution whose commit is under way. The turn that reads them may run meanwhile, so that its commit goes to disk
 * together with theirs: an orchestrator only computes, and whatever follows from its turn waits for the turn's own
 * commit, which fails unless it finds the messages stored.
 */
import type { InboxEntry, InstanceRow } from "./stored-rows.ts";

interface EarlyInstance {
  /** The row of an instance that is being started; null when the store has it. */
  row: InstanceRow | null;
  messages: Map<number, { entry: InboxEntry; state: "waiting" | "taken" | "read" }>;
}

/** See the file's header. */
export class EarlyMessages {
  readonly #instances = new Map<string, EarlyInstance>();

  /** Adds a message, and the instance when it begins with this message; one that others have begun is left alone. */
  add(instanceId: string, entry: InboxEntry, row: InstanceRow | null): void {
    const known = this.#instances.get(instanceId);
    if (known !== undefined && row !== null) return;
    const instance = known ?? { row, messages: new Map() };
    instance.messages.set(entry.sequence, { entry, state: "waiting" });
    this.#instances.set(instanceId, instance);
  }

  /** The row of an instance that is being started. */
  findRow(instanceId: string): InstanceRow | null {
    return this.#instances.get(instanceId)?.row ?? null;
  }

  /** The inbox of an instance with the messages that are on their way to it. */
  join(row: InstanceRow, inbox: InboxEntry[]): InboxEntry[] {
    const early = this.#instances.get(row.instanceId);
    if (early === undefined) return inbox;
    const stored = new Set(inbox.map(({ sequence }) => sequence));
    const onTheirWay = [...early.messages.values()].flatMap(({ entry, state }) => {
      const isMeant = entry.message.executionId === row.executionId;
      return isMeant && state !== "read" && !stored.has(entry.sequence) ? [entry] : [];
    });
    return [...inbox, ...onTheirWay].toSorted((a, b) => a.sequence - b.sequence);
  }

  /** Notes that a turn takes these messages and answers for them, or that it has read them and that is stored. */
  note(instanceId: string, entries: InboxEntry[], state: "taken" | "read"): void {
    const early = this.#instances.get(instanceId);
    if (early === undefined) return;
    for (const { sequence } of entries) {
      const message = early.messages.get(sequence);
      if (message !== undefined) message.state = state;
    }
  }

  /** Forgets a message whose commit is over; tells whether it still waits for a turn. */
  settle(instanceId: string, { sequence }: InboxEntry): boolean {
    const early = this.#instances.get(instanceId);
    const state = early?.messages.get(sequence)?.state ?? "waiting";
    early?.messages.delete(sequence);
    if (early?.messages.size === 0) this.#instances.delete(instanceId);
    return state === "waiting";
  }
}
