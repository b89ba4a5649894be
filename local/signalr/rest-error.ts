/** Errors of the REST API, in the service's form: a status, an error object, and for a 404 the `x-ms-error-code` header. */
import type { Context } from "hono";
import { UnauthorizedError } from "./authenticate.ts";

/**
 * What was not found. The Functions extension tolerates a 404 only with one of these in `x-ms-error-code`
 * (Azure/azure-signalr, Constants.ErrorCodes and the emulator's tests).
 */
export type NotFoundCode =
  | "Warning.Connection.NotExisted"
  | "Warning.User.NotExisted"
  | "Warning.Group.NotExisted"
  | "Info.User.NotInGroup"
  | "Error.Connection.NotExisted";

/** A request the service cannot accept, and why. */
export class BadRequestError extends Error {
  readonly status: 400 | 413 | 415;
  readonly target: string;
  constructor(target: string, message: string, status: 400 | 413 | 415 = 400) {
    super(message);
    this.name = "BadRequestError";
    this.status = status;
    this.target = target;
  }
}

/** Answers 404 with its code. */
export function notFound(c: Context, code: NotFoundCode): Response {
  return c.body(null, 404, { "x-ms-error-code": code });
}

/** Answers what was thrown on the way; unknown errors become a 500 that tells the caller nothing. */
export function answerError(error: Error, c: Context, log: (message: string) => void): Response {
  if (error instanceof UnauthorizedError) {
    return c.json({ code: "Unauthorized", message: error.message }, 401, { "www-authenticate": "Bearer" });
  }
  if (error instanceof BadRequestError) {
    // Much too large a body is not read to its end, so the connection cannot be used again.
    if (error.status === 413) c.header("connection", "close");
    return c.json({ code: "BadRequest", message: error.message, target: error.target }, error.status);
  }
  log(`${c.req.method} ${c.req.path} failed: ${error.stack ?? error.message}`);
  return c.json({ code: "InternalServerError", message: "The service failed; its log says why." }, 500);
}
