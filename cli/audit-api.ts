/** The app as an auditor asks it: whoever may not read, or asks for what is not there, could not read. */
import type { z } from "zod";
import { type Api, openApi, RefusedError, UnreachableError } from "./api.ts";
import type { Target } from "./read-target.ts";
import { CommandError, EXIT } from "./terminal.ts";

/** Signs in as an auditor. */
export async function openAuditApi({ url, signIn }: Target): Promise<Api> {
  const api = await asAuditor(() => openApi(url, signIn, "OrderBell.Auditor"));
  return { call: (method, path, content) => asAuditor(() => api.call(method, path, content)) };
}

/** Parses an answer; an app of another version may answer otherwise. */
export async function callJson<Output>(
  api: Api,
  schema: z.ZodType<Output>,
  ...request: Parameters<Api["call"]>
): Promise<Output> {
  const { text } = await api.call(...request);
  const parsed = schema.safeParse(parseJson(text));
  if (parsed.success) return parsed.data;
  throw new UnreachableError(`The app answered ${request[1]} in a form that this command does not know.`, {
    cause: parsed.error,
  });
}

async function asAuditor<Result>(call: () => Promise<Result>): Promise<Result> {
  try {
    return await call();
  } catch (error) {
    if (!(error instanceof RefusedError)) throw error;
    const code = error.status === 400 ? EXIT.usage : EXIT.unreachable;
    throw new CommandError(code, [error.message, ...error.errors].join("\n"), { cause: error });
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
