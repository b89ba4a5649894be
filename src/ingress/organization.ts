/** Which Salesforce organisations may talk to us. An org id is no secret, so this is a filter, not authentication. */
import { createHash, timingSafeEqual } from "node:crypto";
import { CanonicalValueError, toSalesforceId } from "./canonical-value.ts";

/** Says whether an org id of 15 or 18 characters is in the allow-list; the time taken does not tell how close it came. */
export function isAllowedOrganization(id: string, allowed: readonly string[]): boolean {
  const wanted = toOrganizationId(id);
  let isAllowed = false;
  for (const entry of allowed) {
    const candidate = toOrganizationId(entry);
    // Malformed ids are compared too, as digests of nothing in particular, so that every entry costs the same.
    const isEqual = timingSafeEqual(digest(wanted ?? "asked"), digest(candidate ?? "listed"));
    isAllowed = isEqual || isAllowed;
  }
  return isAllowed;
}

function toOrganizationId(text: string): string | undefined {
  try {
    const id = toSalesforceId(text);
    return id.startsWith("00D") ? id : undefined;
  } catch (error) {
    if (error instanceof CanonicalValueError) return undefined;
    throw error;
  }
}

function digest(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}
