/** `orderbell subscriptions export`: all of them, page by page as they come, in a form that can be imported again. */
import type { BulkFormat } from "../src/domain/bulk-lines.ts";
import type { Api } from "./api.ts";
import { CommandError, EXIT, type Terminal } from "./terminal.ts";

/** Writes every page to `out`; of CSV only the first page keeps its header. */
export async function runExport(api: Api, format: BulkFormat, { out }: Terminal): Promise<void> {
  let query: string | undefined = `?format=${format}`;
  for (let page = 0; query !== undefined; page += 1) {
    const { text, headers } = await api.call("GET", `/api/admin/subscriptions${query}`);
    out.write(format === "csv" && page > 0 ? text.slice(text.indexOf("\n") + 1) : text);
    query = readNext(headers.get("link"));
  }
}

/** The query of the next page (RFC 8288); where it leads is not asked, it is the same place. */
function readNext(link: string | null): string | undefined {
  if (link === null) return undefined;
  const query = /^<[^>?]*(\?[^>]*)>;\s*rel="next"$/.exec(link)?.[1];
  if (query === undefined)
    throw new CommandError(EXIT.refused, "The app says in no known way what comes next.");
  return query;
}
