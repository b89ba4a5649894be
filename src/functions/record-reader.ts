/** Durable's own records as an audit reads them. */
import type { InvocationContext } from "@azure/functions";
import type { RecordReader } from "../audit/recorded-orchestration.ts";
import { readManagement } from "./durable-management.ts";

/** All that Durable knows of an instance, as durable-functions' own client leaves the history out. */
const WHOLE = {
  showHistory: "true",
  showHistoryOutput: "true",
  showInput: "true",
  returnInternalServerErrorOnFailure: "false",
};

/** Reads through the client of this invocation, which must list `durableClient` among its extra inputs. */
export function toRecordReader(context: InvocationContext): RecordReader {
  return {
    async read(instanceId) {
      const answer = await readManagement(context, { instanceId, query: WHOLE });
      return answer && { record: answer.body, source: "history" };
    },
  };
}
