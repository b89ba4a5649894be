/** The Watermarks table in memory, with the real one's ETags and conflicts. */
import { ConflictError } from "../../src/domain/errors.ts";
import type { Watermark, WatermarksTable } from "../../src/storage/watermarks-table.ts";

/** Opens an empty table. */
export function createMemoryWatermarksTable(): WatermarksTable {
  let lastMessageAt: string | undefined;
  return {
    outboundMessages: {
      read: async () => lastMessageAt,
      async note(at) {
        if (lastMessageAt === undefined || Date.parse(at) - Date.parse(lastMessageAt) >= 60_000)
          lastMessageAt = at;
      },
    },
    polling: createWatermark("Order"),
    reconciliation: createWatermark("OrderReconciliation"),
  };
}

function createWatermark<State>(rowKey: string): Watermark<State> {
  let row: { text: string; etag: string } | undefined;
  let writes = 0;
  return {
    async read() {
      return row && { state: JSON.parse(row.text) as State, etag: row.etag };
    },
    async write(state, before) {
      if (row?.etag !== before?.etag)
        throw new ConflictError(`Another run wrote the watermark ${rowKey} meanwhile.`);
      row = { text: JSON.stringify(state), etag: `W/"${(writes += 1)}"` };
      return { state, etag: row.etag };
    },
  };
}
