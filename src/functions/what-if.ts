/** POST /api/audit/what-if: who would gain and who would lose, if a proposed rule set or today's code had decided. */
import { app, type HttpRequest } from "@azure/functions";
import { createRecordReader } from "../audit/create-record-reader.ts";
import { runWhatIf } from "../audit/run-what-if.ts";
import { InvalidRequestError } from "../domain/errors.ts";
import { type WhatIfRequest, whatIfRequestSchema } from "../domain/what-if.ts";
import { forAuditAccess } from "./audit-access.ts";
import { parseRequest, requireContentType } from "./endpoint.ts";
import { listFinishedInstances } from "./finished-instances.ts";
import { durableClient } from "./orchestration-starter.ts";
import { toRecordReader } from "./record-reader.ts";

/** How many instances are listed at once. */
const PAGE = 200;

/** Reads records and decides over them; nothing is sent, and nothing written but the access. */
export const postWhatIf = forAuditAccess("what-if", async ({ request, context, services }) => {
  const asked = await readWhatIfRequest(request);
  const answer = await runWhatIf(
    {
      reader: createRecordReader(toRecordReader(context), services.evidenceArchive),
      listFinished: ({ after, ...period }) =>
        listFinishedInstances(context, { ...period, after: after ?? undefined, limit: PAGE }),
      codeVersion: services.codeVersion,
      now: services.now,
    },
    asked,
  );
  return { jsonBody: answer, headers: { "cache-control": "no-store" } };
});

/** The largest request, in bytes: a rule set is as large as an import. */
const LARGEST_REQUEST = 8 * 1024 * 1024;

async function readWhatIfRequest(request: HttpRequest): Promise<WhatIfRequest> {
  requireContentType(request, "application/json");
  const tooLarge = new InvalidRequestError("The body is larger than 8 MB.");
  if (Number(request.headers.get("content-length") ?? 0) > LARGEST_REQUEST) throw tooLarge;
  const bytes = await request.arrayBuffer();
  if (bytes.byteLength > LARGEST_REQUEST) throw tooLarge;
  let body: unknown;
  try {
    body = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch {
    throw new InvalidRequestError("The body is not JSON in UTF-8.");
  }
  return parseRequest(whatIfRequestSchema, body);
}

app.http("postWhatIf", {
  route: "api/audit/what-if",
  methods: ["POST"],
  authLevel: "anonymous",
  extraInputs: [durableClient],
  handler: postWhatIf,
});
