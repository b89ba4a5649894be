/** The orchestrations that a selection stands for. */
import { z } from "zod";
import { orderAuditSchema } from "../src/domain/audit.ts";
import type { Api } from "./api.ts";
import { callJson } from "./audit-api.ts";
import type { Selection } from "./read-audit-command.ts";
import { CommandError, EXIT } from "./terminal.ts";

const listSchema = z.object({ instanceIds: z.array(z.string()), next: z.string().nullable() });

/** Asks the app page by page; each id once, in the order of the first time. */
export async function listInstances(api: Api, selection: Selection): Promise<string[]> {
  switch (selection.kind) {
    case "instances":
      return [...new Set(selection.instanceIds)];
    case "order": {
      const path = `/api/audit/orders/${encodeURIComponent(selection.orderId)}`;
      const ids = await readPages(async (after) => {
        const page = await callJson(api, orderAuditSchema, "GET", path + toQuery({ after }));
        return { ids: page.changes.map(({ instanceId }) => instanceId), next: page.next };
      });
      if (ids.length > 0) return ids;
      throw new CommandError(EXIT.unreachable, `No change of the order ${selection.orderId} is recorded.`);
    }
    case "period": {
      const { from, to } = selection;
      return readPages(async (after) => {
        const path = `/api/audit/orchestrations${toQuery({ from, to, after })}`;
        const page = await callJson(api, listSchema, "GET", path);
        return { ids: page.instanceIds, next: page.next };
      });
    }
  }
}

async function readPages(
  read: (after: string | undefined) => Promise<{ ids: string[]; next: string | null }>,
): Promise<string[]> {
  const found = new Set<string>();
  for (let after: string | null | undefined; after !== null;) {
    const { ids, next }: { ids: string[]; next: string | null } = await read(after);
    for (const id of ids) found.add(id);
    after = next;
  }
  return [...found];
}

function toQuery(o: Readonly<Record<string, string | undefined>>): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(o)) if (value !== undefined) query.set(name, value);
  return query.size === 0 ? "" : `?${query.toString()}`;
}
