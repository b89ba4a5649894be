/** Refusals that are no errors, as problem+json. */
import type { HttpResponseInit } from "@azure/functions";

/** A problem with this status; `errors` name the places when there are several. */
export function refuse(
  status: number,
  title: string,
  detail: string,
  errors: readonly string[] = [],
): HttpResponseInit {
  const problem = { type: "about:blank", title, status, detail, ...(errors.length > 0 ? { errors } : {}) };
  return {
    status,
    headers: { "content-type": "application/problem+json" },
    body: JSON.stringify(problem),
  };
}
