/** The id of a notification: sortable, and the same however often it is made. */
import { z } from "zod";

/** 13 digits that descend with time, then the change's hash: ids sort newest first and come out equal on a re-run. */
export const notificationIdSchema = z.string().regex(/^\d{13}-[\w-]{22}$/, "is not a notification id");

/** The last instant that 13 descending digits can hold (year 2286). */
const LAST_MS = 9_999_999_999_999;

/** The id of the notification about a change that was decided at `decidedAt`. */
export function toNotificationId(decidedAt: string, changeHash: string): string {
  return `${String(LAST_MS - Date.parse(decidedAt)).padStart(13, "0")}-${changeHash}`;
}

/** The instant of the decision that an id was made from. */
export function toDecidedAt(notificationId: string): string {
  return new Date(LAST_MS - Number(notificationId.slice(0, 13))).toISOString();
}
