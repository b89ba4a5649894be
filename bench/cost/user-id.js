// @ts-check
import { createHash } from "node:crypto";

/**
 * The id of person `index`, as Microsoft Entra gives ids: 36 characters that look random, so that sizes and the spread
 * over inbox partitions are those of real people.
 * @param {number} index
 */
export function toUserId(index) {
  const hex = createHash("sha256").update(`person ${index}`).digest("hex");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join(
    "-",
  );
}
