/** What a row of the table DeadLetters holds, in the table's spelling and in ours. */
import { z } from "zod";
import { recipientSchema, toTargetKey } from "../domain/audience.ts";
import { type DeadLetter, type LetterClaim, redriveSchema } from "../domain/dead-letter.ts";
import { announcementSchema } from "../domain/notification.ts";
import { fromKey, jsonText, toKey } from "./table.ts";

/** A letter before anybody redrove it. */
export type NewDeadLetter = Omit<DeadLetter, "id" | "redrives" | "claim">;

/** A property holds 32 K characters; a person who follows very many scopes needs more for their reasons. */
const COLUMN_CHARACTERS = 30_000;
const MAX_RECIPIENT_COLUMNS = 16;

/** Reads a row. */
export const deadLetterRowSchema = z
  .looseObject({
    partitionKey: z.string(),
    rowKey: z.string(),
    instanceId: z.string(),
    announcement: jsonText.pipe(announcementSchema),
    cause: z.string(),
    attempts: z.int(),
    isStored: z.boolean(),
    redrives: jsonText.pipe(z.array(redriveSchema)).default([]),
    claimedBy: z.string().default(""),
    claimedAt: z.string().default(""),
  })
  .transform(({ partitionKey, rowKey, ...columns }, context): DeadLetter => {
    const recipient = jsonText.pipe(recipientSchema).safeParse(joinRecipient(columns));
    if (!recipient.success) {
      context.addIssue("holds no recipient");
      return z.NEVER;
    }
    const { instanceId, announcement, cause, attempts, isStored, redrives, claimedBy, claimedAt } = columns;
    const id = toId(partitionKey, rowKey);
    const claim = claimedBy === "" ? {} : { claim: { claimedBy, claimedAt } };
    const letter = { id, instanceId, announcement, recipient: recipient.data, cause, attempts };
    return { ...letter, isStored, redrives, ...claim };
  });

const keysSchema = z.tuple([z.iso.date(), z.string().min(1)]);

/** The columns of a claim; of none they are empty, because a merge cannot remove a column. */
export function toClaimColumns(claim: LetterClaim | undefined): Record<string, string> {
  return { claimedBy: claim?.claimedBy ?? "", claimedAt: claim?.claimedAt ?? "" };
}

/** The UTC day of the decision, not of the failure: a re-run after midnight must find the same row. */
export function toDay({ announcement }: Pick<DeadLetter, "announcement">): string {
  return announcement.createdAt.slice(0, 10);
}

/** The row key: a notification has one letter for each target. */
export function toRowKey({
  announcement,
  recipient,
}: Pick<DeadLetter, "announcement" | "recipient">): string {
  return `${announcement.id}|${toKey(toTargetKey(recipient.target))}`;
}

function toId(day: string, rowKey: string): string {
  return toKey(`${day}/${rowKey}`);
}

/** The keys behind an id; undefined when it is none of ours. */
export function toKeys(id: string): [day: string, rowKey: string] | undefined {
  const text = fromKey(id);
  const slash = text.indexOf("/");
  const keys = keysSchema.safeParse([text.slice(0, slash), text.slice(slash + 1)]);
  return keys.success && toId(...keys.data) === id ? keys.data : undefined;
}

/** The columns of a new letter; its recipient is spread over as many as it needs. */
export function toColumns({
  announcement,
  recipient,
  ...letter
}: NewDeadLetter): Record<string, string | number | boolean> {
  const text = JSON.stringify(recipient);
  const parts = Array.from(
    { length: Math.ceil(text.length / COLUMN_CHARACTERS) },
    (_, index): [string, string] => [
      `recipient${index}`,
      text.slice(index * COLUMN_CHARACTERS, (index + 1) * COLUMN_CHARACTERS),
    ],
  );
  return { ...letter, announcement: JSON.stringify(announcement), ...Object.fromEntries(parts) };
}

function joinRecipient(columns: Record<string, unknown>): string {
  return Array.from({ length: MAX_RECIPIENT_COLUMNS }, (_, index) => columns[`recipient${index}`])
    .filter((text) => typeof text === "string")
    .join("");
}
