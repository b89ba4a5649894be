/**
 * Durable's management API over the durable client binding: what durable-functions' own client cannot read (histories)
 * or reads whole (instances, page by page to the end). On Azure and locally the binding names a loopback address that
 * needs no key; a binding without one names the public address, with a key that never leaves this file.
 */
import type { InvocationContext } from "@azure/functions";
import { z } from "zod";
import { OrderBellError } from "../domain/errors.ts";
import { durableClient } from "./orchestration-starter.ts";

/** The Durable history could not be read; it may be possible later. */
export class DurableUnreachableError extends OrderBellError {
  readonly retryable = true;
  /** The HTTP status that was answered; undefined when nothing was. */
  readonly status: number | undefined;
  constructor(status: number | undefined) {
    super(
      status === undefined
        ? "Durable's history could not be read: nothing was answered in time."
        : `Durable's history could not be read: it answered ${status}.`,
    );
    this.status = status;
  }
}

/** Longer than a history of a thousand events takes. */
const PATIENCE_MS = 20_000;

const clientSchema = z.object({
  rpcBaseUrl: z.url().nullish(),
  baseUrl: z.url().nullish(),
  requiredQueryStringParameters: z.string().nullish(),
  managementUrls: z.object({ statusQueryGetUri: z.url() }),
});

/** What is read below the base address: `path` is an instance id, or empty for a list of instances. */
export type ManagementRequest = {
  instanceId: string;
  query: Readonly<Record<string, string>>;
  headers?: Readonly<Record<string, string>>;
};

/** Reads JSON; undefined when there is no such instance. The function must list `durableClient` among its extra inputs. */
export async function readManagement(
  context: InvocationContext,
  request: ManagementRequest,
): Promise<{ body: unknown; headers: Headers } | undefined> {
  const url = toUrl(clientSchema.parse(context.extraInputs.get(durableClient)), request);
  const { status, text, headers } = await fetchText(url, request.headers ?? {});
  if (status === 404) return undefined;
  // 202: it is still running.
  if (status !== 200 && status !== 202) throw new DurableUnreachableError(status);
  try {
    return { body: JSON.parse(text) as unknown, headers };
  } catch {
    throw new DurableUnreachableError(status);
  }
}

async function fetchText(url: URL, headers: Readonly<Record<string, string>>) {
  try {
    const response = await fetch(url, { headers, signal: AbortSignal.timeout(PATIENCE_MS) });
    return { status: response.status, text: await response.text(), headers: response.headers };
  } catch {
    // Not as a cause: it may name the address, and the address may hold a key.
    throw new DurableUnreachableError(undefined);
  }
}

function toUrl(
  { rpcBaseUrl, baseUrl, requiredQueryStringParameters, managementUrls }: z.infer<typeof clientSchema>,
  { instanceId, query }: ManagementRequest,
): URL {
  const path = `instances/${encodeURIComponent(instanceId)}`;
  let url: URL;
  if (rpcBaseUrl) url = new URL(path, rpcBaseUrl);
  else if (baseUrl)
    url = new URL(`${baseUrl.replace(/\/+$/, "")}/${path}?${requiredQueryStringParameters ?? ""}`);
  else url = toPublicUrl(managementUrls.statusQueryGetUri, instanceId);
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
  return url;
}

/** `…/instances/INSTANCEID?…`: the binding's own placeholder. */
function toPublicUrl(statusQueryGetUri: string, instanceId: string): URL {
  return new URL(statusQueryGetUri.replace("INSTANCEID", encodeURIComponent(instanceId)));
}
