/** POST /api/audit/what-if: who would gain and who would lose, if a proposed rule set or today's code had decided. */
import { app, type HttpRequest } from "@azure/functions";
import { z } from "zod";
import { createRecordReader } from "../audit/create-record-reader.ts";
import { runWhatIf } from "../audit/run-what-if.ts";
import { whatIfRequestSchema } from "../domain/what-if.ts";
import { forAuditAccess } from "./audit-access.ts";
import { readJson } from "./endpoint.ts";
import { listFinishedInstances } from "./finished-instances.ts";
import { durableClient } from "./orchestration-starter.ts";
import { toRecordReader } from "./record-reader.ts";

/** How many instances are listed at once. */
const PAGE = 200;

/** Reads records and decides over them; nothing is sent, and nothing written but the access. */
export const postWhatIf = forAuditAccess(
  "what-if",
  async ({ request, context, services }) => {
    const asked = await readJson(request, whatIfRequestSchema, LARGEST_REQUEST);
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
  },
  readPeriod,
);

/** The largest request, in characters: a rule set is as large as an import. */
const LARGEST_REQUEST = 8 * 1024 * 1024;

/** The period that is asked about, as far as the body says so. */
async function readPeriod(request: HttpRequest): Promise<string> {
  const body = await readJson(request.clone(), periodSchema, LARGEST_REQUEST).catch(() => ({}));
  return new URLSearchParams(body).toString();
}

const periodSchema = z.object({ from: z.string(), to: z.string() });

app.http("postWhatIf", {
  route: "api/audit/what-if",
  methods: ["POST"],
  authLevel: "anonymous",
  extraInputs: [durableClient],
  handler: postWhatIf,
});
