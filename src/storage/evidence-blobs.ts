/**
 * The files of evidence: the container `evidence`, which an immutability policy may hold. A blob is written once and
 * never overwritten. The client is loaded at the first use: few instances of the app ever need it.
 */
import type { ContainerClient } from "@azure/storage-blob";
import { z } from "zod";
import type { StorageConnection } from "../domain/storage-connection.ts";
import { createAppCredential } from "./app-credential.ts";

export interface EvidenceBlobs {
  /** Writes a blob; false when there is one of that name already. */
  create(name: string, text: string): Promise<boolean>;
  /** Undefined when there is none. */
  read(name: string): Promise<Uint8Array | undefined>;
}

const CONTAINER = "evidence";
const CONTENT_TYPE = "application/x-ndjson";

/** Opens the container of this account. */
export function openEvidenceBlobs(storage: StorageConnection): EvidenceBlobs {
  let opening: Promise<ContainerClient> | undefined;
  const open = () => {
    opening ??= import("@azure/storage-blob").then(({ BlobServiceClient }) => {
      const service =
        typeof storage === "string"
          ? BlobServiceClient.fromConnectionString(storage)
          : new BlobServiceClient(storage.blobEndpoint, createAppCredential(storage.clientId));
      return service.getContainerClient(CONTAINER);
    });
    return opening;
  };
  const write = async (container: ContainerClient, name: string, text: string) => {
    const bytes = Buffer.from(text);
    await container.getBlockBlobClient(name).uploadData(bytes, {
      conditions: { ifNoneMatch: "*" },
      blobHTTPHeaders: { blobContentType: CONTENT_TYPE },
    });
  };
  return {
    async create(name, text) {
      const container = await open();
      try {
        await write(container, name, text).catch(async (error: unknown) => {
          if (toCode(error) !== "ContainerNotFound") throw error;
          await container.createIfNotExists();
          await write(container, name, text);
        });
        return true;
      } catch (error) {
        // With ifNoneMatch the service says 409 for a blob that is there; under an immutability policy too.
        if (TAKEN.has(toCode(error) ?? "")) return false;
        throw error;
      }
    },
    async read(name) {
      const container = await open();
      try {
        return await container.getBlockBlobClient(name).downloadToBuffer();
      } catch (error) {
        if (isStatus404(error)) return undefined;
        throw error;
      }
    },
  };
}

const TAKEN: ReadonlySet<string> = new Set([
  "BlobAlreadyExists",
  "BlobImmutableDueToPolicy",
  "ConditionNotMet",
  "UnauthorizedBlobOverwrite",
]);

const restErrorSchema = z.object({ code: z.string().optional(), statusCode: z.number().optional() });

function toCode(error: unknown): string | undefined {
  return restErrorSchema.safeParse(error).data?.code;
}

function isStatus404(error: unknown): boolean {
  return restErrorSchema.safeParse(error).data?.statusCode === 404;
}
