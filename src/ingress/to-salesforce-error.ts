/**
 * What Salesforce's error answers mean, in sentences for an operator.
 *
 * REST: a JSON array of `{message, errorCode}` (REST API guide, "Status Codes and Error Responses"). Maintenance and wrong
 * addresses: web pages, also with status 200.
 */
import { z } from "zod";
import { SalesforceError, type SalesforceProblem } from "../domain/salesforce-error.ts";
import { quote } from "./quote.ts";

/** An HTTP answer, its body as text. */
export interface SalesforceAnswer {
  status: number;
  /** `text/html;charset=UTF-8` and so on; empty where none was sent. */
  contentType: string;
  body: string;
}

const restErrorsSchema = z
  .tuple([z.object({ message: z.string(), errorCode: z.string() })])
  .rest(z.unknown());

/** The error in an answer of the REST API; undefined when the answer is a success that can be read on. */
export function toAnswerError(answer: SalesforceAnswer): SalesforceError | undefined {
  return toPlatformError(answer) ?? (answer.status < 400 ? undefined : toRestError(answer));
}

/** What both kinds of answers have in common: pages for people, redirects, no service. */
export function toPlatformError({
  status,
  contentType,
  body,
}: SalesforceAnswer): SalesforceError | undefined {
  if (/^text\/html\b/i.test(contentType) || /^\s*<(?:!doctype html|html)\b/i.test(body))
    return new SalesforceError(
      "maintenance",
      `Salesforce answers with a web page instead of data (HTTP ${status}): maintenance, as a rule. ` +
        "If it goes on, look at status.salesforce.com and whether SALESFORCE_LOGIN_URL is the My Domain address.",
      { status },
    );
  if (status >= 300 && status < 400)
    return new SalesforceError(
      "unreadableAnswer",
      `Salesforce sends us to another address (HTTP ${status}), which is not followed because the session would go ` +
        "along. Is SALESFORCE_LOGIN_URL the My Domain address of today?",
      { status },
    );
  if (status === 429) return toLimitReached(status);
  return status >= 500 ? toMaintenance(status) : undefined;
}

const PROBLEM_BY_CODE = new Map<string, SalesforceProblem>([
  ["INVALID_SESSION_ID", "sessionRefused"],
  ["REQUEST_LIMIT_EXCEEDED", "apiLimitReached"],
  ["INVALID_FIELD", "invalidField"],
  ["INVALID_QUERY_LOCATOR", "locatorExpired"],
  ["QUERY_TIMEOUT", "timeout"],
  ["SERVER_UNAVAILABLE", "maintenance"],
]);

function toRestError({ status, body }: SalesforceAnswer): SalesforceError {
  const [{ errorCode = "", message = "" } = {}] = restErrorsSchema.safeParse(toJson(body)).data ?? [];
  const problem = status === 401 ? "sessionRefused" : (PROBLEM_BY_CODE.get(errorCode) ?? "queryRefused");
  return new SalesforceError(problem, toRestSentence(problem, status, errorCode, message), { status });
}

function toRestSentence(
  problem: SalesforceProblem,
  status: number,
  errorCode: string,
  message: string,
): string {
  const said = errorCode === "" ? `HTTP ${status}` : toSafeText(`${errorCode}: ${toLastLine(message)}`);
  switch (problem) {
    case "sessionRefused":
      return (
        `Salesforce refuses the session (${said}). If this goes on, look at the external client app's policies, the ` +
        "user's API permission and IP restrictions."
      );
    case "apiLimitReached":
      return toLimitReached(status).message;
    case "invalidField":
      return toFieldSentence(message);
    case "locatorExpired":
      return "The next page of the query is no longer kept by Salesforce; the query is asked again from the last position.";
    case "timeout":
      return "Salesforce gave the query up because it took too long; a later run asks again.";
    case "maintenance":
      return toMaintenance(status).message;
    case "loginRefused":
    case "queryRefused":
    case "unreachable":
    case "unreadableAnswer":
      return `Salesforce does not do what was asked (${said}). Check that the login may read orders.`;
  }
}

function toFieldSentence(message: string): string {
  const field = /(?:column|field)s? '?([A-Za-z]\w{0,79})'?/i.exec(message)?.[1];
  return (
    `${field === undefined ? "Salesforce knows one of the order fields not" : `Salesforce does not know the order field ${field}`}, ` +
    "or hides it from this login. Correct the name in ORDER_CORE_FIELDS or ORDER_RULE_FIELDS, or let the login read it."
  );
}

/** Too many calls: of the day, or sign-ins of a user. */
export function toLimitReached(status: number): SalesforceError {
  return new SalesforceError(
    "apiLimitReached",
    "The organisation has used up its Salesforce calls: the limit counts all clients over the last 24 hours. See Setup, " +
      "Company Information, for who uses them up.",
    { status },
  );
}

/** Salesforce answers, and says that it cannot work. */
export function toMaintenance(status: number): SalesforceError {
  return new SalesforceError(
    "maintenance",
    `Salesforce is not at work (HTTP ${status}); a later run asks again. See status.salesforce.com.`,
    { status },
  );
}

/** Salesforce repeats the query first and says what is wrong last. */
function toLastLine(message: string): string {
  return message.trim().split("\n").at(-1) ?? "";
}

/** A short quotation in which nothing that could be a token, a secret or an assertion is left. */
export function toSafeText(text: string): string {
  return quote(text.replace(/[^\s:,;]{25,}/g, "…"));
}

/** The body as JSON; undefined where it is none. */
export function toJson(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

const networkErrorSchema = z.object({ name: z.string().default(""), code: z.string().optional() });

/** The error of a call that brought no answer. */
export function toNetworkError(error: unknown): SalesforceError {
  const { name = "", code } = networkErrorSchema.safeParse(error).data ?? {};
  if (name === "AbortError" || code === "ETIMEDOUT") return toTimeout();
  const why = code === undefined ? "" : ` (${code})`;
  return new SalesforceError("unreachable", `Salesforce cannot be reached${why}. ${toNetworkAdvice(code)}`, {
    cause: error,
  });
}

function toNetworkAdvice(code = ""): string {
  if (code === "ENOTFOUND" || code === "EAI_AGAIN")
    return "No such host was found: check SALESFORCE_LOGIN_URL and the network's name service.";
  if (/CERT|SSL|TLS|SIGNED/.test(code))
    return "Its certificate is not trusted here: look for a proxy in between.";
  // jsforce takes HTTPS_PROXY and HTTP_PROXY but ignores NO_PROXY, also for an address of this machine.
  return "Check the network, the firewall, and HTTPS_PROXY and HTTP_PROXY if they are set (NO_PROXY has no effect on Salesforce).";
}

/** The error of a call that took too long. */
export function toTimeout(): SalesforceError {
  return new SalesforceError("timeout", "Salesforce gave no whole answer in time; a later run asks again.");
}
