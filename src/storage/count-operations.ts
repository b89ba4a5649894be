/** Counts the requests to a table where they leave: pages of a query, tries and transactions each count once. */
import type { TableClient } from "@azure/data-tables";
import { measure } from "../telemetry/metrics.ts";

/** What a request does; a read of one row and a query are both GET. */
export type TableOperation = "get" | "query" | "insert" | "write" | "delete" | "transaction" | "createTable";

/** Counts from now on what this client asks of its table. */
export function countOperations(client: TableClient, table: string): void {
  client.pipeline.addPolicy(
    {
      name: "countOperations",
      sendRequest(request, next) {
        measure("orderbell.storage.operations", 1, {
          table,
          operation: toTableOperation(request.method, new URL(request.url).pathname),
        });
        return next(request);
      },
    },
    // What is tried again is paid for again.
    { afterPhase: "Retry" },
  );
}

/** `(…)` behind a table's name is a key, and empty for a query. */
export function toTableOperation(method: string, path: string): TableOperation {
  if (path.endsWith("/$batch")) return "transaction";
  switch (method) {
    case "GET":
      return /\([^)]/.test(decodeURIComponent(path)) ? "get" : "query";
    case "POST":
      return path.endsWith("/Tables") ? "createTable" : "insert";
    case "DELETE":
      return "delete";
    default:
      return "write";
  }
}
