/** The evidence file's name, and why there is none, in words. */
import { toProblem } from "../../client/api-errors.ts";

const KEY_HINT = " Without a key, an administrator has to give the app one by the setting EVIDENCE_KEY.";

/** A name that every file system takes, the same that the server gives: ids of pages hold a colon. */
export function toFileName(instanceId: string): string {
  return `${instanceId.replaceAll(/[^\w-]/g, "-")}.evidence.ndjson`;
}

/** Why there is no file, in words. */
export function toRefusalWords(error: unknown): string {
  const { title, detail, status } = toProblem(error);
  const reason = detail ?? `${title}.`;
  switch (status) {
    case 404:
      return "There is no evidence of this orchestration: its record is gone, or it is of a kind that decides nothing.";
    case 409:
      return "The orchestration, or a part of it, is still running. Evidence is made of what has ended: try again when it has.";
    case 503:
      return `Evidence cannot be signed right now. ${reason}${reason.includes("EVIDENCE_KEY") ? "" : KEY_HINT}`;
    default:
      return `The evidence could not be downloaded. ${reason}`;
  }
}
