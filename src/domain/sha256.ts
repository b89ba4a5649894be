/** The one hash of the house. Hashing is pure, which is why this file alone of the domain imports node:crypto. */
import { createHash } from "node:crypto";

/** SHA-256 of text in UTF-8, as 64 hexadecimal digits. */
export function toSha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

/** The first 66 bits of the SHA-256, as 11 characters of base64url: enough to notice that something was changed. */
export function toShortDigest(text: string): string {
  return createHash("sha256").update(text).digest("base64url").slice(0, 11);
}
