/** Reads records wherever they are: Durable's own history first, archived evidence once that is purged. */
import type { RecordReader } from "./recorded-orchestration.ts";

/** What of the archive is read. */
export interface ArchivedRecords {
  readRecord(instanceId: string): ReturnType<RecordReader["read"]>;
}

/** `live` reads Durable's history. */
export function createRecordReader(live: RecordReader, archive: ArchivedRecords): RecordReader {
  return {
    read: async (instanceId) => (await live.read(instanceId)) ?? archive.readRecord(instanceId),
  };
}
