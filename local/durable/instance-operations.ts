/**
 * What clients do with instances: start, look, list, signal, end, purge. Every promise resolves after the commit of
 * what it changed (azure-functions-durable-extension, DurableClient.cs).
 */
import { InstanceAlreadyExistsError, InstanceNotFoundError, InstanceStateError } from "./durable-errors.ts";
import { EndWatch } from "./end-watch.ts";
import { EventType, type HistoryEvent } from "./history-event.ts";
import { assertValidInstanceId, createInstanceId } from "./instance-id.ts";
import { matchesFilter, type InstanceFilter, type InstancePage } from "./instance-filter.ts";
import type { InstanceStore } from "./instance-store.ts";
import type { InboxEntry, InstanceRow } from "./stored-rows.ts";
import { isTerminal, type RuntimeStatus } from "./runtime-status.ts";
import { toNewRow, toStartMessage, writeNewExecution } from "./write-execution.ts";

/** The client operations of the engine; it tells its owner by `wake` whom to run. */
export abstract class InstanceOperations {
  protected readonly store: InstanceStore;
  readonly #mayReplaceActive: boolean;
  protected readonly ends = new EndWatch();

  /** `mayReplaceActive`: a start replaces an instance of the same id even while it is active. */
  constructor(store: InstanceStore, mayReplaceActive: boolean) {
    this.store = store;
    this.#mayReplaceActive = mayReplaceActive;
  }

  protected abstract wake(instanceId: string): void;
  protected abstract assertTakingWork(): void;
  /** Stores a message by `commit` and sees to it that a turn reads it; `row` is the instance that begins with it. */
  protected abstract storeMessage(
    instanceId: string,
    message: InboxEntry,
    row: InstanceRow,
    commit: () => Promise<void>,
  ): Promise<void>;

  /** Starts an instance and resolves to its id; `input` is JSON text. An active instance of the id is an `InstanceAlreadyExistsError`. */
  async startNew(start: {
    name: string;
    instanceId?: string | undefined;
    input: string | null;
    version?: string | undefined;
  }): Promise<string> {
    this.assertTakingWork();
    const instanceId = start.instanceId ?? createInstanceId();
    assertValidInstanceId(instanceId);
    const { name, input, version = "" } = start;
    const row = toNewRow({ instanceId, name, version, input, nowMs: Date.now(), parent: null });
    const message = this.store.toEntry(toStartMessage(row));
    await this.storeMessage(instanceId, message, row, () =>
      this.store.commit("start", () => {
        const existing = this.store.readInstance(instanceId);
        if (existing !== null && !isTerminal(existing.runtimeStatus) && !this.#mayReplaceActive) {
          throw new InstanceAlreadyExistsError(instanceId, existing.runtimeStatus);
        }
        writeNewExecution(this.store, row, message, existing);
      }),
    );
    return instanceId;
  }

  /** The instance of this id, null when there is none. */
  getInstance(instanceId: string): InstanceRow | null {
    return this.store.readInstance(instanceId);
  }

  /** The stored history of an instance, oldest event first; empty while it is pending. */
  getHistory(instanceId: string): HistoryEvent[] {
    return this.store.readHistory(instanceId);
  }

  /** One page of the instances that match, in the order of their ids. */
  listInstances(filter: InstanceFilter, pageSize: number, afterId: string | null): InstancePage {
    const instances: InstanceRow[] = [];
    for (const row of this.store.listInstances(afterId, filter.instanceIdPrefix)) {
      if (!matchesFilter(row, filter)) continue;
      if (instances.length === pageSize)
        return { instances, continueAfter: instances.at(-1)?.instanceId ?? null };
      instances.push(row);
    }
    return { instances, continueAfter: null };
  }

  /** Sends an external event; `input` is JSON text. */
  async raiseEvent(instanceId: string, eventName: string, input: string | null): Promise<void> {
    await this.#post(instanceId, "raise an event to", (Timestamp) => ({
      EventType: EventType.EventRaised,
      EventId: -1,
      Timestamp,
      Name: eventName,
      Input: input,
    }));
  }

  /** Ends an instance as it is. */
  async terminate(instanceId: string, reason: string | null): Promise<void> {
    await this.#post(instanceId, "terminate", (Timestamp) => ({
      EventType: EventType.ExecutionTerminated,
      EventId: -1,
      Timestamp,
      Input: reason,
    }));
  }

  /** Halts an instance; what happens to it meanwhile waits. */
  async suspend(instanceId: string, reason: string | null): Promise<void> {
    const refuse = (status: RuntimeStatus) => status === "Suspended";
    const toEvent = (Timestamp: string): HistoryEvent => ({
      EventType: EventType.ExecutionSuspended,
      EventId: -1,
      Timestamp,
      Reason: reason,
    });
    await this.#post(instanceId, "suspend", toEvent, refuse);
  }

  /** Lets a suspended instance go on. */
  async resume(instanceId: string, reason: string | null): Promise<void> {
    const refuse = (status: RuntimeStatus) => status !== "Suspended";
    const toEvent = (Timestamp: string): HistoryEvent => ({
      EventType: EventType.ExecutionResumed,
      EventId: -1,
      Timestamp,
      Reason: reason,
    });
    await this.#post(instanceId, "resume", toEvent, refuse);
  }

  /** Starts the orchestration of an instance again with the same input, under a new id or its own. */
  async restart(instanceId: string, withNewInstanceId: boolean): Promise<string> {
    const row = this.store.readInstance(instanceId);
    if (row === null) throw new InstanceNotFoundError(instanceId);
    const { name, input, version } = row;
    return await this.startNew({
      name,
      input,
      version,
      instanceId: withNewInstanceId ? undefined : instanceId,
    });
  }

  /** Forgets an ended instance; an active one is an `InstanceStateError`. */
  async purgeInstance(instanceId: string): Promise<void> {
    this.assertTakingWork();
    await this.store.commit("purge", () => {
      const row = this.store.readInstance(instanceId);
      if (row === null) throw new InstanceNotFoundError(instanceId);
      if (!isTerminal(row.runtimeStatus))
        throw new InstanceStateError(instanceId, "purge", row.runtimeStatus);
      this.store.removeInstance(row);
    });
  }

  /** Forgets the ended instances that match and resolves to their number. */
  async purgeInstances(filter: InstanceFilter): Promise<number> {
    this.assertTakingWork();
    return await this.store.commit("purge", () => {
      const ended = [...this.store.listInstances(null, filter.instanceIdPrefix)].filter(
        (row) => isTerminal(row.runtimeStatus) && matchesFilter(row, filter),
      );
      for (const row of ended) this.store.removeInstance(row);
      return ended.length;
    });
  }

  /** Resolves when the instance has ended or the time is up. */
  async waitForEnd(instanceId: string, timeoutMs: number): Promise<void> {
    const row = this.store.readInstance(instanceId);
    if (row !== null && isTerminal(row.runtimeStatus)) return;
    await this.ends.wait(instanceId, timeoutMs);
  }

  async #post(
    instanceId: string,
    operation: string,
    toEvent: (Timestamp: string) => HistoryEvent,
    refuses: (status: RuntimeStatus) => boolean = () => false,
  ): Promise<void> {
    this.assertTakingWork();
    await this.store.commit("message", () => {
      const row = this.store.readInstance(instanceId);
      if (row === null) throw new InstanceNotFoundError(instanceId);
      const { runtimeStatus } = row;
      if (isTerminal(runtimeStatus) || refuses(runtimeStatus)) {
        throw new InstanceStateError(instanceId, operation, runtimeStatus);
      }
      const event = toEvent(new Date().toISOString());
      this.store.postMessage(instanceId, this.store.toEntry({ executionId: null, event }));
    });
    this.wake(instanceId);
  }
}
