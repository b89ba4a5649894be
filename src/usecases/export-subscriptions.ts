/** All subscriptions, page by page, in the forms that an import takes. */
import { z } from "zod";
import { InvalidRequestError } from "../domain/errors.ts";
import { CSV_HEADER, toCsvRow } from "../domain/subscription-csv.ts";
import type { BulkFormat } from "../domain/bulk-lines.ts";
import { toNdjsonLine } from "../domain/subscription-lines.ts";
import type { SubscriptionCursor, SubscriptionList } from "../storage/list-subscriptions.ts";

/** Subscriptions of one page. */
const PAGE_ROWS = 1_000;

/** A page as text, and what to ask for the next one with; null at the end. */
export type ExportPage = { text: string; next: string | null };

/** Reads the page after `after`, the `next` of the page before; each page of CSV has its header. */
export async function exportSubscriptions(
  { subscriptionList }: { subscriptionList: SubscriptionList },
  format: BulkFormat,
  after: string | null,
): Promise<ExportPage> {
  const cursor = after === null ? null : fromText(after);
  const { items, next } = await subscriptionList.readPage(cursor, PAGE_ROWS);
  const text =
    format === "csv"
      ? CSV_HEADER + items.map(toCsvRow).join("")
      : items.map((item) => `${toNdjsonLine(item)}\n`).join("");
  return { text, next: next === null ? null : toText(next) };
}

const cursorSchema = z.tuple([z.string().max(1_024), z.string().max(1_024)]);

function toText({ partitionKey, rowKey }: SubscriptionCursor): string {
  return Buffer.from(JSON.stringify([partitionKey, rowKey]), "utf8").toString("base64url");
}

function fromText(text: string): SubscriptionCursor {
  try {
    const json: unknown = JSON.parse(Buffer.from(text, "base64url").toString("utf8"));
    const [partitionKey, rowKey] = cursorSchema.parse(json);
    return { partitionKey, rowKey };
  } catch {
    throw new InvalidRequestError("The request does not fit.", ["after: is not the next of an earlier page"]);
  }
}
