/** Where a person's inbox lives. */

/** Fixed for ever: rows are found by it. */
export const INBOX_BUCKETS = 16;

/**
 * The inbox partition of a user: the top four bits (the best mixed ones) of FNV-1a over UTF-16 code units.
 * Never change it: old rows would be lost.
 */
export function toInboxBucket(userId: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < userId.length; index++) {
    hash = Math.imul(hash ^ userId.charCodeAt(index), 0x01000193);
  }
  return hash >>> 28;
}
