/** One way to ask the API: every answer parsed, every failure one of `api-errors.ts`. */
import { problemSchema } from "./api-schemas.ts";
import { RefusedError, SignedOutError, UnexpectedAnswerError, UnreachableError } from "./api-errors.ts";

/** Which site is asked, and by what. */
export interface RequestOptions {
  /** The site's origin; empty for the page's own. */
  baseUrl?: string;
  fetch?: typeof fetch;
}

export interface ApiRequest {
  /** Sends a request; an answer with a status above 299 is thrown unless `accepts` names it. */
  request(path: string, init?: RequestInit, accepts?: number): Promise<Response>;
  /** Sends a request whose answer is JSON. */
  read<T>(
    path: string,
    schema: { parse(value: unknown): T },
    init?: RequestInit,
    accepts?: number,
  ): Promise<T>;
}

/** Silence for this long counts as unreachable. */
const TIMEOUT_MS = 20_000;

/** Makes the two functions. */
export function createRequest({ baseUrl = "", fetch: send = fetch }: RequestOptions = {}): ApiRequest {
  const request: ApiRequest["request"] = async (path, init = {}, accepts) => {
    const timeout = AbortSignal.timeout(TIMEOUT_MS);
    const signal = init.signal ? AbortSignal.any([init.signal, timeout]) : timeout;
    const response = await send(`${baseUrl}${path}`, { ...init, signal }).catch((error: unknown) => {
      throw new UnreachableError(error);
    });
    if (response.ok || response.status === accepts) return response;
    if (response.status === 401) throw new SignedOutError();
    const problem = problemSchema.safeParse(await response.json().catch(() => undefined));
    if (!problem.success) throw new RefusedError(response.status, "The server could not do this");
    const { title, detail, errors } = problem.data;
    throw new RefusedError(response.status, title, detail, errors);
  };
  return {
    request,
    async read(path, schema, init, accepts) {
      const headers = new Headers(init?.headers);
      headers.set("accept", "application/json");
      const response = await request(path, { ...init, headers }, accepts);
      try {
        return schema.parse(await response.json());
      } catch (error) {
        throw new UnexpectedAnswerError(error);
      }
    },
  };
}
