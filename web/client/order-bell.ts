/** What the headless client promises to a page. */
import type { Problem } from "./api-errors.ts";
import type { Digest, Preferences } from "./api-schemas.ts";
import type { MarkAllOutcome } from "./create-mark-all-read.ts";
import type { InboxView } from "./inbox-model.ts";
import type { PushConnection } from "./push-connection.ts";

/** How the bell is doing; `failed` means that nothing could be loaded yet, and it keeps trying. */
export type OrderBellStatus =
  | "idle"
  | "loading"
  | "live"
  | "reconnecting"
  | "offline"
  | "signedOut"
  | "failed";

/** A snapshot; a new object at every change. */
export interface OrderBellState extends InboxView {
  readonly status: OrderBellStatus;
  /** True once the server has told what is in the inbox. */
  readonly loaded: boolean;
  /** True while `markAllRead` is under way; `unread` says how many are left. */
  readonly isMarkingAll: boolean;
  /** Ids that came in the person's quiet hours, or that a summary speaks for: nothing rings for them. */
  readonly silent: ReadonlySet<string>;
  /** The last summary that came after quiet hours, a new object for each. */
  readonly digest?: Digest;
  /** Why the bell is not live, when something went wrong. */
  readonly problem?: Problem;
}

/** What a page may choose; everything has a default that suits a page on OrderBell's own origin. */
export interface OrderBellOptions {
  /** The origin that serves OrderBell, without a trailing slash; empty for the page's own. */
  baseUrl?: string;
  fetch?: typeof fetch;
  createConnection?: (baseUrl: string) => PushConnection | Promise<PushConnection>;
  /** Hears of every failure, also of those that are retried; by default they go to the console. */
  onError?: (error: unknown) => void;
}

/** The bell itself. */
export interface OrderBell {
  readonly state: OrderBellState;
  /** Begins; when it runs already and waits for its next try, tries at once. */
  start(): void;
  /** Ends; resolves when the line is closed. */
  stop(): Promise<void>;
  /** Calls `listener` at every change; call the result to unsubscribe. */
  subscribe(listener: (state: OrderBellState) => void): () => void;
  /** These three show their effect at once and take it back when the server refuses; they resolve to whether it agreed. */
  markSeen(ids: readonly string[]): Promise<boolean>;
  markRead(ids: readonly string[]): Promise<boolean>;
  archive(ids: readonly string[]): Promise<boolean>;
  /** Adds the next older page to the list, when there is one; resolves to whether that worked. */
  loadOlder(): Promise<boolean>;
  /** Marks everything unread as read, also what is not loaded. */
  markAllRead(): Promise<MarkAllOutcome>;
  /** Replaces the preferences and rings by them from now on; throws what the server refuses. */
  savePreferences(preferences: Preferences): Promise<Preferences>;
}
