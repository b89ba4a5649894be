/** What every endpoint of an audit shares: auditors alone, and each access is itself written down before the answer. */
import type { HttpHandler, HttpRequest, HttpResponseInit, InvocationContext } from "@azure/functions";
import { ForbiddenError, OrderBellError } from "../domain/errors.ts";
import { requireRole } from "../identity/caller.ts";
import { type EndpointCall, forUser } from "./endpoint.ts";
import { toLogText } from "./problem.ts";

/** An access could not be written down, so nothing is shown. */
export class AccessNotRecordedError extends OrderBellError {
  readonly retryable = true;
  constructor() {
    super("This access could not be recorded, so nothing is shown. Try again later.");
  }
}

const LONGEST_SUBJECT = 500;

/** An endpoint for auditors; `action` names in the access log what it does, and `readSubject` what it is asked about. */
export function forAuditAccess(
  action: string,
  endpoint: (call: EndpointCall) => Promise<HttpResponseInit>,
  readSubject: (request: HttpRequest) => string | Promise<string> = toSubject,
): HttpHandler {
  return forUser(async (call) => {
    requireAuditor(call, action);
    const subject = (await readSubject(call.request)).slice(0, LONGEST_SUBJECT);
    await record(call, action, subject);
    return endpoint(call);
  });
}

function requireAuditor({ caller, context }: EndpointCall, what: string): void {
  try {
    requireRole(caller, "OrderBell.Auditor");
  } catch (error) {
    if (error instanceof ForbiddenError)
      context.warn(`Audit access refused: ${toLogId(caller.userId)} ${what}.`);
    throw error;
  }
}

async function record({ caller, context, services }: EndpointCall, action: string, subject: string) {
  const access = { at: services.now().toISOString(), userId: caller.userId, action, subject };
  try {
    await services.auditAccesses.add(access);
  } catch (error) {
    logFailure(context, error);
    throw new AccessNotRecordedError();
  }
  context.log(`Audit access: ${toLogId(caller.userId)} ${action} ${JSON.stringify(subject)}.`);
}

function logFailure(context: InvocationContext, error: unknown): void {
  context.error(`An audit access could not be recorded: ${toLogText(error)}`);
}

/** In one line, whatever the id holds. */
function toLogId(userId: string): string {
  return JSON.stringify(userId);
}

/** What is asked about: the id in the path, or the query, without the key that a query may carry. */
function toSubject({ params, query }: HttpRequest): string {
  const id = params["instanceId"] ?? params["orderId"];
  if (id !== undefined) return id;
  const asked = new URLSearchParams([...query].filter(([name]) => name.toLowerCase() !== "code"));
  return asked.toString();
}
