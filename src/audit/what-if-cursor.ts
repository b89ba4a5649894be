/** Where a what-if of a long period goes on: the page of the listing, and the last that was looked at on it. */
import { z } from "zod";
import { InvalidRequestError } from "../domain/errors.ts";

const cursorSchema = z.strictObject({ page: z.string().nullable(), done: z.string().nullable() });

export type WhatIfCursor = z.infer<typeof cursorSchema>;

/** Spells a cursor so that it stands in a request as it is. */
export function toWhatIfCursor(cursor: WhatIfCursor): string {
  return Buffer.from(JSON.stringify(cursor)).toString("base64url");
}

/** Reverses `toWhatIfCursor`; throws InvalidRequestError. */
export function fromWhatIfCursor(text: string): WhatIfCursor {
  try {
    return cursorSchema.parse(JSON.parse(Buffer.from(text, "base64url").toString("utf8")));
  } catch {
    throw new InvalidRequestError("`after` takes the `next` of an earlier answer.");
  }
}
