/** The app over HTTP, as an administrator or an auditor. */
import { z } from "zod";
import { readAzureToken } from "./azure-token.ts";
import { CommandError, EXIT } from "./terminal.ts";

/** How to sign in: a bearer token, one that the Azure CLI gets, or on this machine the local sign-in under a user id. */
export type SignIn =
  | { kind: "token"; token: string }
  | { kind: "azure"; resource: string }
  | { kind: "local"; userId: string };

/** What a command needs to be; only the local sign-in can be told. */
export type Role = "OrderBell.Admin" | "OrderBell.Auditor";

/** An answer of 2xx. */
export type ApiAnswer = { text: string; headers: Headers };

export interface Api {
  /** Throws RefusedError for what the app refuses, and UnreachableError where it cannot answer. */
  call(method: string, path: string, content?: { type: string; body: string }): Promise<ApiAnswer>;
}

/** The app said no, with a status below 500; `errors` name the places. */
export class RefusedError extends CommandError {
  readonly status: number;
  readonly errors: readonly string[];
  constructor(status: number, message: string, errors: readonly string[] = []) {
    super(EXIT.refused, message);
    this.status = status;
    this.errors = errors;
  }
}

/** The app did not answer, or said that it cannot now. */
export class UnreachableError extends CommandError {
  constructor(message: string, options?: ErrorOptions) {
    super(EXIT.unreachable, message, options);
  }
}

/** Longer than Azure lets a request take (230 seconds). */
const TIMEOUT_MS = 240_000;

/** Signs in to the app at `url` (an origin). */
export async function openApi(url: string, signIn: SignIn, role: Role): Promise<Api> {
  const credentials = await toCredentials(url, signIn, role);
  return {
    call: (method, path, content) =>
      send(url + path, {
        method,
        headers: { ...credentials, ...(content && { "content-type": content.type }) },
        ...(content && { body: content.body }),
      }),
  };
}

async function toCredentials(url: string, signIn: SignIn, role: Role): Promise<Record<string, string>> {
  switch (signIn.kind) {
    case "token":
      return { authorization: `Bearer ${signIn.token}` };
    case "azure":
      return { authorization: `Bearer ${await readAzureToken(signIn.resource)}` };
    case "local":
      return { cookie: await signInLocally(url, signIn.userId, role) };
  }
}

async function signInLocally(url: string, userId: string, role: Role): Promise<string> {
  const { headers } = await send(`${url}/.auth/login/local`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ userId, name: userId, roles: [role] }),
  });
  return headers
    .getSetCookie()
    .map((cookie) => cookie.split(";", 1)[0])
    .join("; ");
}

async function send(address: string, init: RequestInit): Promise<ApiAnswer> {
  try {
    const signal = AbortSignal.timeout(TIMEOUT_MS);
    // Followed nowhere: what signs in here is nobody else's.
    const response = await fetch(address, { ...init, signal, redirect: "manual" });
    const text = await response.text();
    if (response.ok) return { text, headers: response.headers };
    throw toError(response.status, text);
  } catch (error) {
    if (error instanceof CommandError) throw error;
    throw new UnreachableError(`${new URL(address).origin} could not be reached: ${toReason(error)}.`, {
      cause: error,
    });
  }
}

const problemSchema = z.object({
  title: z.string().optional(),
  detail: z.string().optional(),
  errors: z.array(z.string()).default([]),
});

function toError(status: number, text: string): CommandError {
  const problem = problemSchema.safeParse(parseJson(text)).data;
  const said = problem?.detail ?? problem?.title ?? text.slice(0, 200);
  const message = `The app answered ${status}${said === "" ? "" : `: ${said}`}`;
  return status >= 500 ? new UnreachableError(message) : new RefusedError(status, message, problem?.errors);
}

function toReason(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error && error.cause.message !== "" ? error.cause.message : error.message;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
