/**
 * POST /admin/functions/{name}: runs a function now, whatever its trigger waits for, and answers before it ends.
 *
 * Source: https://learn.microsoft.com/azure/azure-functions/functions-manually-run-non-http and FunctionsController.cs
 * (Invoke) of Azure/azure-functions-host: the master key or 401, then a JSON body (`{}` or `{"input": "…"}`) or 400, then
 * the name or 404, then 202 without a body. What comes of the run is told by the log alone. A function with an HTTP
 * trigger is refused here: it has a URL of its own.
 */
import { Hono } from "hono";
import { bodyLimit } from "hono/body-limit";
import { z } from "zod";
import { isAuthorized, readKey, type HostKeys } from "./authorize-request.ts";
import { MAX_BODY_BYTES, toBareResponse } from "./http-trigger.ts";

/** A function that can be run by hand, or the reason why it cannot. */
export type ManualRun =
  | { readonly kind: "run"; run(input: string | null): Promise<unknown> }
  | { readonly kind: "refused"; readonly reason: string };

// .NET reads a number into its text field as the digits.
const invocationSchema = z.looseObject({
  input: z.union([z.string(), z.number().transform(String)]).nullish(),
});

/** Serves the admin route and leaves everything else to whoever comes next. */
export function createAdminApi(o: {
  keys: HostKeys;
  /** By its name in any letter case; undefined when the host does not run it. What a run rejects with has been logged. */
  find: (name: string) => ManualRun | undefined;
}): Hono {
  const admin = new Hono();
  admin.post(
    "/admin/functions/:name",
    async (c, next) => {
      const key = readKey(c.req.raw.headers, new URL(c.req.url).searchParams);
      return isAuthorized("admin", key, o.keys) ? next() : toBareResponse(401);
    },
    bodyLimit({ maxSize: MAX_BODY_BYTES, onError: () => toBareResponse(413) }),
    async (c) => {
      // A page of the web cannot send this type to another origin without asking first.
      if (!/^application\/json\s*(;|$)/i.test(c.req.header("content-type") ?? "")) return toBareResponse(415);
      const invocation = invocationSchema.safeParse(parseJson(await c.req.text()));
      if (!invocation.success) return toBareResponse(400);
      const found = o.find(c.req.param("name"));
      if (found === undefined) return toBareResponse(404);
      if (found.kind === "refused") return c.text(found.reason, 400);
      // Nobody waits for the run, and its failure is in the log.
      found.run(invocation.data.input ?? null).catch(() => {});
      return toBareResponse(202);
    },
  );
  return admin;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
