/** What the org's page answers when something is refused: the code for programs, and words for people. */
import type { Context } from "hono";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import { OrgError, type OrgErrorCode } from "./org-error.ts";

/** Refusals of the page itself, beside those of the org. */
type PageErrorCode = "BUSY" | "FOREIGN_ORIGIN" | "INVALID_INPUT" | "NOT_FOUND" | "NOT_JSON" | "TOO_LARGE";

/** The page cannot do what was asked; `message` is for people. */
export class PageError extends Error {
  override readonly name = "PageError";
  readonly errorCode: PageErrorCode;
  constructor(errorCode: PageErrorCode, message: string) {
    super(message);
    this.errorCode = errorCode;
  }
}

const STATUSES: Partial<Record<OrgErrorCode | PageErrorCode, ContentfulStatusCode>> = {
  BUSY: 409,
  ENTITY_IS_DELETED: 409,
  FOREIGN_ORIGIN: 403,
  NOT_FOUND: 404,
  NOT_JSON: 415,
  TOO_LARGE: 413,
  UNDELETE_FAILED: 409,
};

const WORDS: Partial<Record<OrgErrorCode, string>> = {
  ENTITY_IS_DELETED: "This order was deleted. Restore it first.",
  FIELD_INTEGRITY_EXCEPTION: "The account can only be changed while the order is a draft.",
  INVALID_CROSS_REFERENCE_KEY: "The org has no such order, account or user.",
  INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST: "The org has no such status.",
  NUMBER_OUTSIDE_VALID_RANGE: "The amount is too large: Salesforce keeps 16 digits before the point.",
  REQUIRED_FIELD_MISSING: "Something is missing that every order needs.",
  STRING_TOO_LONG: "The text is too long.",
  UNDELETE_FAILED: "This order is not in the recycle bin.",
};

/** Answers a refusal; throws on what is none. */
export function answerPageError(c: Context, error: unknown): Response {
  if (error instanceof PageError) {
    const { errorCode, message } = error;
    return c.json({ errorCode, message, words: message }, STATUSES[errorCode] ?? 400);
  }
  if (error instanceof OrgError) {
    const { errorCode, message } = error;
    const words = `${toWords(error)} (${errorCode})`;
    return c.json({ errorCode, message, words }, STATUSES[errorCode] ?? 400);
  }
  throw error;
}

/** What a refusal of the org means, for people. */
export function toWords({ errorCode, message }: OrgError): string {
  return WORDS[errorCode] ?? message;
}
