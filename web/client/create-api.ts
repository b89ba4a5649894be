/** OrderBell's HTTP API as functions: every answer parsed, every failure one of `api-errors.ts`. */
import {
  type FollowedScopes,
  followedScopesSchema,
  type InboxPage,
  pageSchema,
  principalsSchema,
  problemSchema,
  type ReceiptState,
} from "./api-schemas.ts";
import { RefusedError, SignedOutError, UnexpectedAnswerError, UnreachableError } from "./api-errors.ts";

/** The calls a signed-in person's page makes. */
export interface Api {
  /**
   * One page of the inbox, newest first; with `since`, what is new or changed after that cursor; with `before`, the
   * newest that are older than the notification with that id. The two do not go together.
   */
  readInbox(o: {
    since?: string | undefined;
    before?: string | undefined;
    limit: number;
    signal?: AbortSignal;
  }): Promise<InboxPage>;
  /** Tells what became of notifications; at most 100 ids. */
  sendReceipts(o: { ids: readonly string[]; state: ReceiptState; signal?: AbortSignal }): Promise<void>;
  /** What the person follows and may follow. */
  readFollowedScopes(): Promise<FollowedScopes>;
  /** Subscribes the person to everything of a scope. */
  follow(scope: string): Promise<void>;
  /** Ends the person's subscription to a scope. */
  unfollow(scope: string): Promise<void>;
  /** The name of the signed-in person, or their id when they have no name. */
  readPersonName(): Promise<string | undefined>;
}

/** Silence for this long counts as unreachable. */
const TIMEOUT_MS = 20_000;

const NAME_CLAIMS = ["name", "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/name"];

/** Makes the API's functions; `baseUrl` is the site's origin, empty for the page's own. */
export function createApi(o: { baseUrl?: string; fetch?: typeof fetch } = {}): Api {
  const { baseUrl = "", fetch: send = fetch } = o;

  async function request(path: string, init: RequestInit = {}): Promise<Response> {
    const timeout = AbortSignal.timeout(TIMEOUT_MS);
    const signal = init.signal ? AbortSignal.any([init.signal, timeout]) : timeout;
    const response = await send(`${baseUrl}${path}`, { ...init, signal }).catch((error: unknown) => {
      throw new UnreachableError(error);
    });
    if (response.ok) return response;
    if (response.status === 401) throw new SignedOutError();
    const problem = problemSchema.safeParse(await response.json().catch(() => undefined));
    if (!problem.success) throw new RefusedError(response.status, "The server could not do this");
    throw new RefusedError(response.status, problem.data.title, problem.data.detail);
  }

  async function read<T>(path: string, schema: { parse(value: unknown): T }, init?: RequestInit): Promise<T> {
    const response = await request(path, { ...init, headers: { accept: "application/json" } });
    try {
      return schema.parse(await response.json());
    } catch (error) {
      throw new UnexpectedAnswerError(error);
    }
  }

  async function write(method: string, path: string, body?: unknown, signal?: AbortSignal): Promise<void> {
    await request(path, {
      method,
      headers: { "content-type": "application/json" },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      ...(signal ? { signal } : {}),
    });
  }

  const toScopePath = (scope: string): string => `/api/subscriptions/${encodeURIComponent(scope)}`;

  return {
    async readInbox({ since, before, limit, signal }) {
      const cursor = { ...(since ? { since } : {}), ...(before ? { before } : {}) };
      const query = new URLSearchParams({ limit: String(limit), ...cursor });
      const page = await read(`/api/notifications?${query}`, pageSchema, signal ? { signal } : {});
      // Whoever pages on from such an answer would go round in circles.
      if (before !== undefined && page.items.some((item) => item.id <= before)) {
        throw new UnexpectedAnswerError("a page of older notifications holds newer ones");
      }
      return page;
    },
    sendReceipts: ({ ids, state, signal }) =>
      write("POST", "/api/notifications/receipts", { ids, state }, signal),
    readFollowedScopes: () => read("/api/subscriptions", followedScopesSchema),
    follow: (scope) => write("PUT", toScopePath(scope), {}),
    unfollow: (scope) => write("DELETE", toScopePath(scope)),
    async readPersonName() {
      const [principal] = await read("/.auth/me", principalsSchema);
      const name = principal?.user_claims.find((claim) => NAME_CLAIMS.includes(claim.typ));
      return name?.val ?? principal?.user_id;
    },
  };
}
