/** Errors → RFC 9457 problem+json. */
import type { HttpResponseInit, InvocationContext } from "@azure/functions";
import {
  ForbiddenError,
  InvalidRequestError,
  NotSignedInError,
  OrderBellError,
  PlatformAuthOffError,
  UnsupportedMediaTypeError,
} from "../domain/errors.ts";

/** Answers an error: what the caller did wrong is told, what went wrong here is only logged. */
export function toProblem(error: unknown, context: InvocationContext): HttpResponseInit {
  const status = toStatus(error);
  if (status === 500) context.error(`The request failed: ${toLogText(error)}`);
  return {
    status,
    headers: { "content-type": "application/problem+json" },
    body: JSON.stringify({ type: "about:blank", title: TITLES[status], status, ...toDetail(error, status) }),
  };
}

/** An error and its causes as text; logged as an object, one of the storage client would bring its whole request along. */
export function toLogText(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const text = error.stack ?? error.message;
  return error.cause === undefined ? text : `${text}\ncaused by ${toLogText(error.cause)}`;
}

const TITLES: Readonly<Record<number, string>> = {
  400: "Bad request",
  401: "Not signed in",
  403: "Forbidden",
  415: "Unsupported media type",
  500: "Internal error",
  503: "Unavailable",
};

function toStatus(error: unknown): number {
  if (error instanceof NotSignedInError) return 401;
  if (error instanceof ForbiddenError) return 403;
  if (error instanceof InvalidRequestError) return 400;
  if (error instanceof UnsupportedMediaTypeError) return 415;
  if (error instanceof PlatformAuthOffError) return 503;
  return error instanceof OrderBellError && error.retryable ? 503 : 500;
}

function toDetail(error: unknown, status: number): { detail?: string; errors?: readonly string[] } {
  if (status === 500 || !(error instanceof OrderBellError)) return {};
  const errors =
    error instanceof InvalidRequestError && error.details.length > 0 ? { errors: error.details } : {};
  return { detail: error.message, ...errors };
}
