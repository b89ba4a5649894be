/** OrderBell's HTTP API for a person's inbox, as functions. */
import {
  type FollowedScopes,
  followedScopesSchema,
  type InboxPage,
  pageSchema,
  type Preferences,
  preferencesSchema,
  principalsSchema,
  readAllSchema,
  type ReceiptState,
  type Rules,
} from "./api-schemas.ts";
import { UnexpectedAnswerError } from "./api-errors.ts";
import { createRequest, type RequestOptions } from "./create-request.ts";

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
  sendReceipts(o: {
    ids: readonly string[];
    state: ReceiptState;
    signal?: AbortSignal;
    /** The trace that brought them; operators follow it to the device. */
    traceparent?: string;
  }): Promise<void>;
  /** Marks what is unread as read; resolves to whether some are left for another call. */
  readAll(o: { signal?: AbortSignal }): Promise<{ isMore: boolean }>;
  /** What the person wants to be spared. */
  readPreferences(o?: { signal?: AbortSignal }): Promise<Preferences>;
  /** Replaces it; resolves to what the server keeps. */
  savePreferences(preferences: Preferences): Promise<Preferences>;
  /** What the person follows and may follow. */
  readFollowedScopes(): Promise<FollowedScopes>;
  /** Subscribes the person to a scope, to everything of it unless rules narrow it. */
  follow(scope: string, rules?: Rules): Promise<void>;
  /** Ends the person's subscription to a scope. */
  unfollow(scope: string): Promise<void>;
  /** The name of the signed-in person, or their id when they have no name. */
  readPersonName(): Promise<string | undefined>;
}

type WriteArguments = [
  method: string,
  path: string,
  body?: unknown,
  signal?: AbortSignal,
  traceparent?: string,
];

const NAME_CLAIMS = ["name", "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/name"];

/** Makes the API's functions. */
export function createApi(o: RequestOptions = {}): Api {
  const { request, read } = createRequest(o);

  async function write(...[method, path, body, signal, traceparent]: WriteArguments): Promise<void> {
    await request(path, toJsonRequest(method, body, signal, traceparent));
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
    sendReceipts: ({ ids, state, signal, traceparent }) =>
      write("POST", "/api/notifications/receipts", { ids, state }, signal, traceparent),
    async readAll({ signal }) {
      const init = toJsonRequest("POST", {}, signal);
      const { more } = await read("/api/notifications/read-all", readAllSchema, init);
      return { isMore: more === true };
    },
    readPreferences: ({ signal } = {}) =>
      read("/api/preferences", preferencesSchema, signal ? { signal } : {}),
    savePreferences: (preferences) =>
      read("/api/preferences", preferencesSchema, toJsonRequest("PUT", preferences)),
    readFollowedScopes: () => read("/api/subscriptions", followedScopesSchema),
    follow: (scope, rules = {}) => write("PUT", toScopePath(scope), rules),
    unfollow: (scope) => write("DELETE", toScopePath(scope)),
    async readPersonName() {
      const [principal] = await read("/.auth/me", principalsSchema);
      const name = principal?.user_claims.find((claim) => NAME_CLAIMS.includes(claim.typ));
      return name?.val ?? principal?.user_id;
    },
  };
}

function toJsonRequest(
  method: string,
  body?: unknown,
  signal?: AbortSignal,
  traceparent?: string,
): RequestInit {
  return {
    method,
    headers: { "content-type": "application/json", ...(traceparent ? { traceparent } : {}) },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    ...(signal ? { signal } : {}),
  };
}
