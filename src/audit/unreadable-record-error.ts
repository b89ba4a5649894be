/** A record of an orchestration that cannot be understood. */
import type { z } from "zod";
import { OrderBellError } from "../domain/errors.ts";

/** What is recorded does not have the shape that an audit reads; `details` name the places. */
export class UnreadableRecordError extends OrderBellError {
  readonly retryable = false;
  readonly instanceId: string;
  readonly details: readonly string[];
  constructor(instanceId: string, what: string, details: readonly string[] = []) {
    super(`The record of ${instanceId} cannot be read: ${what}.`);
    this.instanceId = instanceId;
    this.details = details;
  }
}

/** Parses part of a record; `what` names it in words. */
export function parseRecorded<Output>(
  schema: z.ZodType<Output>,
  value: unknown,
  { instanceId, what }: { instanceId: string; what: string },
): Output {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const details = parsed.error.issues
    .slice(0, 20)
    .map(({ path, message }) => `${path.join(".") || what}: ${message}`);
  throw new UnreadableRecordError(instanceId, `${what} does not have the shape that was expected`, details);
}
