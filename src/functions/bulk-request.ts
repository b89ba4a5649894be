/** What the imports of administrators share at the edge: a body of NDJSON or CSV, and `?dryRun=true`. */
import type { HttpHandler, HttpRequest } from "@azure/functions";
import { z } from "zod";
import { type BulkFormat, bulkFormatSchema } from "../domain/bulk-lines.ts";
import { InvalidRequestError, UnsupportedMediaTypeError } from "../domain/errors.ts";
import type { Services } from "../services.ts";
import { ImportInterruptedError } from "../usecases/import-lines.ts";
import { forAdmin, parseRequest } from "./endpoint.ts";
import { toLogText } from "./problem.ts";

/** The content type of each format. */
export const CONTENT_TYPE: Record<BulkFormat, string> = { ndjson: "application/x-ndjson", csv: "text/csv" };

/** Whether an import is only rehearsed. */
export const querySchema = z.object({ dryRun: z.enum(["true", "false"]).default("false") });

type Import = (services: Services, format: BulkFormat, text: string) => Promise<object>;

/** An import for administrators: `run` writes what fits as a whole, `rehearse` says what `run` would do. */
export function forAdminImport({ rehearse, run }: { rehearse: Import; run: Import }): HttpHandler {
  return forAdmin(async ({ request, context, services }) => {
    const { dryRun } = parseRequest(querySchema, Object.fromEntries(request.query));
    const format = readFormat(request);
    const text = await readText(request);
    if (dryRun === "true") return { jsonBody: await rehearse(services, format, text) };
    try {
      return { jsonBody: await run(services, format, text) };
    } catch (error) {
      if (error instanceof ImportInterruptedError) context.error(toLogText(error));
      throw error;
    }
  });
}

function readFormat(request: HttpRequest): BulkFormat {
  const type = request.headers.get("content-type")?.split(";")[0]?.trim().toLowerCase();
  const format = bulkFormatSchema.options.find((one) => CONTENT_TYPE[one] === type);
  if (format === undefined) throw new UnsupportedMediaTypeError("Send application/x-ndjson or text/csv.");
  return format;
}

/** The largest bulk, in bytes. */
const LARGEST_BULK = 8 * 1024 * 1024;

/** Reads a body of UTF-8; what spreadsheets save in other encodings would be taken for other names. */
async function readText(request: HttpRequest): Promise<string> {
  const tooLarge = new InvalidRequestError("The body is larger than 8 MB; send it in parts.");
  if (Number(request.headers.get("content-length") ?? 0) > LARGEST_BULK) throw tooLarge;
  const bytes = await request.arrayBuffer();
  if (bytes.byteLength > LARGEST_BULK) throw tooLarge;
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new InvalidRequestError("The body is not UTF-8.");
  }
}
