/** What can go wrong between us and Salesforce. */
import { z } from "zod";
import { OrderBellError } from "./errors.ts";

/**
 * - `loginRefused`: Salesforce knows no such client, secret, key or user.
 * - `sessionRefused`: a session was refused, and a fresh one as well or too soon after the last.
 * - `apiLimitReached`: the organisation's calls of the last 24 hours are used up.
 * - `invalidField`: a field does not exist or is hidden from the login.
 * - `queryRefused`: Salesforce does not do what was asked.
 * - `locatorExpired`: the next page is gone; query again from the last position.
 * - `maintenance`: Salesforce is there but not at work.
 * - `timeout`, `unreachable`: no answer.
 * - `unreadableAnswer`: an answer that is not what it should be.
 */
export const salesforceProblemSchema = z.enum([
  "loginRefused",
  "sessionRefused",
  "apiLimitReached",
  "invalidField",
  "queryRefused",
  "locatorExpired",
  "maintenance",
  "timeout",
  "unreachable",
  "unreadableAnswer",
]);

export type SalesforceProblem = z.infer<typeof salesforceProblemSchema>;

/** These stay until somebody changes a setting, here or in Salesforce. */
const LASTING: ReadonlySet<SalesforceProblem> = new Set(["loginRefused", "invalidField", "queryRefused"]);

/** A call to Salesforce failed; the message tells an operator what to do and never holds a secret. */
export class SalesforceError extends OrderBellError {
  readonly problem: SalesforceProblem;
  /** True when a later run can succeed without anybody changing anything. */
  readonly retryable: boolean;
  /** The HTTP status, where there was an answer. */
  readonly status?: number;
  constructor(
    problem: SalesforceProblem,
    message: string,
    o: { status?: number | undefined; cause?: unknown } = {},
  ) {
    super(message, o.cause === undefined ? undefined : { cause: o.cause });
    this.name = "SalesforceError";
    this.problem = problem;
    this.retryable = !LASTING.has(problem);
    if (o.status !== undefined) this.status = o.status;
  }
}
