/** Durable's histories as the archive sees them. */
import type { InvocationContext } from "@azure/functions";
import * as df from "durable-functions";
import { z } from "zod";
import { type DurableHistories, instanceSummarySchema } from "../audit/settle-history.ts";
import type { LiveHistories } from "../audit/evidence-archive.ts";
import { toRootInstanceId } from "../audit/evidence-chain.ts";
import { readManagement } from "./durable-management.ts";
import { toRecordReader } from "./record-reader.ts";

const TOKEN = "x-ms-continuation-token";
const PAGE = "500";

/** What is read of one instance and its parts; the function must list `durableClient` among its extra inputs. */
export function toLiveHistories(context: InvocationContext): LiveHistories {
  return {
    ...toRecordReader(context),
    async listParts(rootId) {
      const ids: string[] = [];
      for await (const page of list(context, { instanceIdPrefix: `${rootId}:` })) {
        ids.push(...page.map(({ instanceId }) => instanceId));
      }
      // `digests-…:r2` is a root of its own.
      return ids.filter((id) => toRootInstanceId(id) === rootId).toSorted();
    },
  };
}

/** All that the sweep needs. */
export function toDurableHistories(context: InvocationContext): DurableHistories {
  return {
    ...toLiveHistories(context),
    list: (from, to) =>
      list(context, { createdTimeFrom: from.toISOString(), createdTimeTo: to.toISOString() }),
    async find(instanceId) {
      const answer = await readManagement(context, { instanceId, query: { showInput: "false" } });
      return answer && instanceSummarySchema.parse(answer.body);
    },
    async purge(instanceId) {
      await df.getClient(context).purgeInstanceHistory(instanceId);
    },
  };
}

/** The client's own list comes as a whole, however long it is. */
async function* list(context: InvocationContext, which: Readonly<Record<string, string>>) {
  const query = { ...which, top: PAGE };
  let token: string | undefined;
  do {
    const headers: Record<string, string> = token === undefined ? {} : { [TOKEN]: token };
    const answer = await readManagement(context, { instanceId: "", query, headers });
    yield z.array(instanceSummarySchema).parse(answer?.body ?? []);
    token = answer?.headers.get(TOKEN) || undefined;
  } while (token !== undefined);
}
