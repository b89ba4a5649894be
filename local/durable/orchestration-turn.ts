/**
 * One turn of an orchestration: builds the history the orchestrator sees, invokes it, and says what follows. Nothing
 * is stored here; `commitTurn` stores the result as a whole.
 */
import { z } from "zod";
import type { Command } from "./command.ts";
import type { DurableFunctions } from "./durable-functions.ts";
import { InvalidInstanceIdError, NonDeterministicOrchestrationError } from "./durable-errors.ts";
import { EventType, type HistoryEvent, type HistoryEventOf } from "./history-event.ts";
import { assertValidInstanceId } from "./instance-id.ts";
import type { InboxEntry, InstanceRow } from "./stored-rows.ts";
import { parseReturnedState, parseThrownState, type OrchestratorState } from "./orchestrator-state.ts";
import { replayActions } from "./replay-actions.ts";
import type { MessageSelection } from "./select-messages.ts";
import { toTriggerPayload } from "./trigger-payload.ts";

/** What follows from a turn. */
export type TurnNext =
  | { kind: "waiting" }
  | { kind: "suspended" }
  | { kind: "completed"; output: string | null }
  /** `message` is what the output of the instance says, `details` what a parent gets besides. */
  | { kind: "failed"; message: string; details: string }
  | { kind: "terminated"; reason: string | null }
  | { kind: "continuedAsNew"; input: string | null; carriedEvents: HistoryEventOf<"EventRaised">[] };

/** Everything a turn changes. */
export interface TurnResult {
  timestampMs: number;
  /** OrchestratorStarted and the messages that were read. */
  readEvents: HistoryEvent[];
  commands: Command[];
  actionCount: number;
  /** JSON text. */
  customStatus: string | null;
  next: TurnNext;
}

/** Runs the turn of the selected messages. */
export async function runTurn(
  row: InstanceRow,
  past: HistoryEvent[],
  selection: MessageSelection,
  functions: DurableFunctions,
  nowMs: number,
): Promise<TurnResult> {
  const timestampMs = Math.max(nowMs, row.updatedAtMs);
  const readEvents = toReadEvents(selection.taken, timestampMs);
  const unchanged = { commands: [], actionCount: row.actionCount, customStatus: row.customStatus };
  const outcome = await runSelection(row, past, readEvents, selection, functions);
  return { timestampMs, readEvents, ...unchanged, ...outcome };
}

type Outcome = Pick<TurnResult, "next"> &
  Partial<Pick<TurnResult, "commands" | "actionCount" | "customStatus">>;

async function runSelection(
  row: InstanceRow,
  past: HistoryEvent[],
  readEvents: HistoryEvent[],
  selection: MessageSelection,
  functions: DurableFunctions,
): Promise<Outcome> {
  switch (selection.kind) {
    case "suspend":
      return { next: { kind: "suspended" } };
    case "terminate": {
      const termination = readEvents.findLast((event) => event.EventType === EventType.ExecutionTerminated);
      return { next: { kind: "terminated", reason: termination?.Input ?? null } };
    }
    case "run": {
      if (!functions.has("orchestrator", row.name)) {
        const message = `The function '${row.name}' doesn't exist, is disabled, or is not an orchestrator function.`;
        return { next: { kind: "failed", message, details: message } };
      }
      return await invoke(row, past, readEvents, functions);
    }
  }
}

async function invoke(
  row: InstanceRow,
  past: HistoryEvent[],
  readEvents: HistoryEvent[],
  functions: DurableFunctions,
): Promise<Outcome> {
  try {
    const invoked = await invokeOrchestrator(row, toTriggerPayload(row, past, readEvents), functions);
    return interpretState(row, [...past, ...readEvents], invoked.state, invoked.error);
  } catch (error) {
    return { next: toFailure(row.name, error) };
  }
}

interface Invoked {
  state: OrchestratorState;
  /** What the orchestrator threw, null when it returned. */
  error: string | null;
}

async function invokeOrchestrator(
  row: InstanceRow,
  payload: string,
  functions: DurableFunctions,
): Promise<Invoked> {
  let returned: unknown;
  try {
    returned = await functions.runOrchestrator(row.name, row.instanceId, payload);
  } catch (thrown) {
    const state = parseThrownState(thrown);
    if (state === null) throw thrown;
    return { state, error: state.error ?? "" };
  }
  return { state: parseReturnedState(returned), error: null };
}

function interpretState(
  row: InstanceRow,
  history: HistoryEvent[],
  state: OrchestratorState,
  error: string | null,
): Outcome {
  const [actions] = state.actions;
  const replay = replayActions(actions, history);
  for (const command of replay.newCommands) {
    if (command.kind === "subOrchestration" && command.instanceId !== null) {
      assertValidInstanceId(command.instanceId);
    }
  }
  const changes = {
    commands: replay.newCommands,
    actionCount: actions.length,
    customStatus: state.customStatus == null ? row.customStatus : JSON.stringify(state.customStatus),
  };
  if (!replay.reachedEnd || (error === null && !state.isDone)) {
    return { ...changes, next: { kind: "waiting" } };
  }
  if (error !== null) return { ...changes, next: toFailure(row.name, new Error(error)) };
  if (replay.continueAsNew === null) {
    return { ...changes, next: { kind: "completed", output: toJsonText(state.output) } };
  }
  return {
    ...changes,
    next: {
      kind: "continuedAsNew",
      input: toJsonText(replay.continueAsNew.input),
      carriedEvents: replay.unusedEvents,
    },
  };
}

function toFailure(name: string, error: unknown): TurnNext {
  const message = toMessage(error);
  const isHostsOwn = error instanceof NonDeterministicOrchestrationError;
  return {
    kind: "failed",
    message: isHostsOwn ? message : `Orchestrator function '${name}' failed: ${message}`,
    details: error instanceof InvalidInstanceIdError ? message : `Message: ${message}`,
  };
}

function toMessage(error: unknown): string {
  if (error instanceof z.ZodError)
    return `it did not hand back a state of Durable Functions: ${z.prettifyError(error)}`;
  return error instanceof Error ? error.message : String(error);
}

function toReadEvents(taken: InboxEntry[], timestampMs: number): HistoryEvent[] {
  const Timestamp = new Date(timestampMs).toISOString();
  return [
    { EventType: EventType.OrchestratorStarted, EventId: -1, Timestamp },
    ...taken.map(({ message }) => message.event),
  ];
}

/** JSON text of a value; null when there is none. */
export function toJsonText(value: unknown): string | null {
  return value === undefined ? null : (JSON.stringify(value) ?? null);
}
