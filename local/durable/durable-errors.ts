/** What can go wrong in the Durable engine, each with its facts. */

import type { RuntimeStatus } from "./runtime-status.ts";

/** The instance id breaks Durable's rules. */
export class InvalidInstanceIdError extends Error {
  override readonly name = "InvalidInstanceIdError";
  readonly instanceId: string;
  constructor(instanceId: string, rule: string) {
    super(`The instance id ${JSON.stringify(instanceId)} is not valid: ${rule}.`);
    this.instanceId = instanceId;
  }
}

/** An instance of this id is still active, so it cannot be started again. */
export class InstanceAlreadyExistsError extends Error {
  override readonly name = "InstanceAlreadyExistsError";
  readonly instanceId: string;
  readonly runtimeStatus: RuntimeStatus;
  constructor(instanceId: string, runtimeStatus: RuntimeStatus) {
    super(`An Orchestration instance with the status ${runtimeStatus} already exists.`);
    this.instanceId = instanceId;
    this.runtimeStatus = runtimeStatus;
  }
}

/** No instance has this id. */
export class InstanceNotFoundError extends Error {
  override readonly name = "InstanceNotFoundError";
  readonly instanceId: string;
  constructor(instanceId: string) {
    super(`No instance with ID '${instanceId}' found.`);
    this.instanceId = instanceId;
  }
}

/** The operation does not fit the state the instance is in. */
export class InstanceStateError extends Error {
  override readonly name = "InstanceStateError";
  readonly instanceId: string;
  readonly operation: string;
  readonly runtimeStatus: RuntimeStatus;
  constructor(instanceId: string, operation: string, runtimeStatus: RuntimeStatus) {
    super(`Cannot ${operation} orchestration instance in the ${runtimeStatus} state.`);
    this.instanceId = instanceId;
    this.operation = operation;
    this.runtimeStatus = runtimeStatus;
  }
}

/** The orchestrator scheduled something else than its history says. */
export class NonDeterministicOrchestrationError extends Error {
  override readonly name = "NonDeterministicOrchestrationError";
  readonly eventId: number;
  constructor(eventId: number, message: string) {
    super(`Non-Deterministic workflow detected: ${message}`);
    this.eventId = eventId;
  }
}

/** The orchestrator asked for something that this engine does not do. */
export class UnsupportedOrchestratorActionError extends Error {
  override readonly name = "UnsupportedOrchestratorActionError";
  readonly action: string;
  constructor(action: string, why: string) {
    super(`${action} is not supported by the local Durable engine: ${why}.`);
    this.action = action;
  }
}

/** The engine takes no new work any more. */
export class EngineStoppedError extends Error {
  override readonly name = "EngineStoppedError";
  constructor() {
    super("The Durable engine has been stopped.");
  }
}

/** A turn has read a message early, and the message was not stored; the turn counts for nothing. */
export class MessageNotStoredError extends Error {
  override readonly name = "MessageNotStoredError";
  readonly instanceId: string;
  constructor(instanceId: string) {
    super(`A message to the instance '${instanceId}' is not stored.`);
    this.instanceId = instanceId;
  }
}
