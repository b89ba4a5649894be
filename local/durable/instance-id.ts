/**
 * The rules of instance ids (azure-functions-durable-extension, DurableClient.cs). The length is stricter than the 256
 * characters of the Azure Storage backend, because the others take only 100.
 */
import { randomUUID } from "node:crypto";
import { InvalidInstanceIdError } from "./durable-errors.ts";

const maxLength = 100;
// eslint-disable-next-line no-control-regex -- control characters are what the rule forbids
const forbidden = /[/\\#?\u0000-\u001f\u007f-\u009f]/u;

/** Throws `InvalidInstanceIdError` unless the id may name an orchestration. */
export function assertValidInstanceId(instanceId: string): void {
  if (instanceId.trim() === "") throw new InvalidInstanceIdError(instanceId, "it must not be empty");
  if (instanceId.startsWith("@")) throw new InvalidInstanceIdError(instanceId, "it must not start with '@'");
  if (instanceId.length > maxLength) {
    throw new InvalidInstanceIdError(
      instanceId,
      `it must not be longer than ${maxLength} characters, the most that every backend takes`,
    );
  }
  if (forbidden.test(instanceId)) {
    throw new InvalidInstanceIdError(
      instanceId,
      "it must not hold '/', '\\', '#', '?' or control characters",
    );
  }
}

/** A fresh instance id: a GUID without hyphens, as the extension makes them. */
export function createInstanceId(): string {
  return randomUUID().replaceAll("-", "");
}
