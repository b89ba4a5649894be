/** Where the rows of the table Inbox are. */
import { toInboxBucket } from "../domain/inbox-bucket.ts";
import type { Target } from "../domain/subscription.ts";
import { toKey } from "./table.ts";

/** How the partitions of groups begin. */
export const GROUP_PARTITION = "group:";

/** The partition of a person's bucket, or of a group. */
export function toPartitionKey(target: Target): string {
  switch (target.kind) {
    case "user":
      return toBucketPartition(toInboxBucket(target.userId));
    case "group":
      return `${GROUP_PARTITION}${toKey(target.group)}`;
  }
}

/** The partition of one bucket of people. */
export function toBucketPartition(bucket: number): string {
  return String(bucket).padStart(2, "0");
}

/** What stands before the notification's id in a RowKey; nothing in the partition of a group. */
export function toRowPrefix(target: Target): string {
  return target.kind === "user" ? `${toKey(target.userId)}|` : "";
}
