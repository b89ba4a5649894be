/** Finished orchestrations of a period, as Durable lists them: one page at a time. */
import type { InvocationContext } from "@azure/functions";
import { z } from "zod";
import { InvalidRequestError } from "../domain/errors.ts";
import { ENDED_STATUSES } from "../domain/ended-status.ts";
import { leavesEvidence } from "../audit/evidence-chain.ts";
import { readManagement } from "./durable-management.ts";

/** Ids of roots in the order in which Durable lists them; `next` is the cursor of the following page. */
export type InstancePage = { instanceIds: string[]; next: string | null };

/** Which page: created in [from, to] (UTC); `limit` instances are looked at, roots and parts of them together. */
export type InstanceQuery = { from: string; to: string; after: string | undefined; limit: number };

const TOKEN = "x-ms-continuation-token";
/** Suspended ones and those that run have not ended. */
const ENDED = [...ENDED_STATUSES].join(",");
/** A page may hold parts alone; then the next is looked at too, but not for ever. */
const MOST_PAGES = 10;

const instancesSchema = z.array(z.looseObject({ instanceId: z.string() }));

/** Reads through the client of this invocation, which must list `durableClient` among its extra inputs. */
export async function listFinishedInstances(
  context: InvocationContext,
  { from, to, after, limit }: InstanceQuery,
): Promise<InstancePage> {
  const query = { createdTimeFrom: from, createdTimeTo: to, runtimeStatus: ENDED, top: String(limit) };
  let token = after === undefined ? undefined : fromCursor(after);
  const instanceIds: string[] = [];
  for (let page = 0; page < MOST_PAGES && instanceIds.length === 0; page++) {
    const headers: Record<string, string> = token === undefined ? {} : { [TOKEN]: token };
    const answer = await readManagement(context, { instanceId: "", query, headers });
    const ids = instancesSchema.parse(answer?.body ?? []).map(({ instanceId }) => instanceId);
    instanceIds.push(...ids.filter(leavesEvidence));
    token = answer?.headers.get(TOKEN) ?? undefined;
    if (!token) return { instanceIds, next: null };
  }
  return { instanceIds, next: token === undefined ? null : toCursor(token) };
}

/** Durable's own token, spelled so that it fits into a query. */
function toCursor(token: string): string {
  return Buffer.from(token, "utf8").toString("base64url");
}

/** It becomes a header: what cannot stand in one was never given out. */
function fromCursor(cursor: string): string {
  const token = Buffer.from(cursor, "base64url").toString("utf8");
  if (/^[\x20-\x7e]+$/.test(token)) return token;
  throw new InvalidRequestError("`after` is not the `next` of an earlier answer.");
}
