/**
 * What becomes of the hub's messages.
 *
 * Whom a notification names directly was asked on the server whether it may ring. A group is one address for all its
 * members, so each member's device applies the member's own mutes and quiet hours.
 */
import {
  type Digest,
  digestSchema,
  echoedReceiptSchema,
  type InboxItem,
  type PushedNotification,
  pushedNotificationSchema,
} from "./api-schemas.ts";
import type { OwnPreferences } from "./create-own-preferences.ts";
import type { InboxModel } from "./inbox-model.ts";
import type { PushConnection } from "./push-connection.ts";

/** What the hub's messages and the pages of the inbox bring, and how loudly. */
export interface PushIntake {
  /** Listens to a line until `signal` aborts. */
  listen(line: PushConnection, signal: AbortSignal): void;
  /** To be told of every page of the inbox. */
  addPage(items: readonly InboxItem[]): void;
  /** The last summary that came after quiet hours; a new object for each. */
  digest(): Digest | undefined;
  /** Makes silent what later pages bring of the time before now: it is no news. */
  hush(): void;
  /** Ids that came without a sound. */
  silent(): ReadonlySet<string>;
  /** Forgets everything. */
  clear(): void;
}

/** Makes the intake; `refresh` reads the inbox again soon, `onReceived` hears of each id that is new here. */
export function createPushIntake(o: {
  model: InboxModel;
  preferences: OwnPreferences;
  refresh: () => void;
  onReceived: (ids: readonly string[], traceparent?: string) => void;
  onChange: () => void;
  onError: (error: unknown) => void;
}): PushIntake {
  const { model, preferences } = o;
  let silent: ReadonlySet<string> = new Set();
  let digest: Digest | undefined;
  let digestAt = "";
  let hushedAt = "";

  function silence(ids: readonly string[]): void {
    if (ids.length > 0) silent = new Set([...silent, ...ids]);
  }

  function take({ traceparent, ...notification }: PushedNotification): void {
    if (!model.addPush(notification)) return;
    o.onReceived([notification.id], traceparent);
    o.onChange();
  }

  function takeNotification(argument: unknown, signal: AbortSignal): void {
    const parsed = pushedNotificationSchema.safeParse(argument);
    if (!parsed.success) return o.onError(parsed.error);
    if (isForGroup(parsed.data)) void takeForGroup(parsed.data, signal);
    else take(parsed.data);
  }

  async function takeForGroup(notification: PushedNotification, signal: AbortSignal): Promise<void> {
    await preferences.read(signal);
    if (signal.aborted || preferences.isMuted(notification)) return;
    if (preferences.isQuietAt(toNow())) silence([notification.id]);
    take(notification);
  }

  function takeDigest(argument: unknown): void {
    const parsed = digestSchema.safeParse(argument);
    if (!parsed.success) return o.onError(parsed.error);
    if (parsed.data.count === 0) return;
    o.refresh();
    // It is pushed again when the first attempt looked failed, and counts more when something came late.
    if (parsed.data.since === digest?.since && parsed.data.count <= digest.count) return;
    digest = parsed.data;
    digestAt = toNow();
    o.onChange();
  }

  function takeReceipt(argument: unknown): void {
    const parsed = echoedReceiptSchema.safeParse(argument);
    if (!parsed.success) return o.onError(parsed.error);
    const { ids, state } = parsed.data;
    const isAllKnown = ids.every((id) => model.has(id));
    model.settle({ ids, state }, "confirmed");
    // The counts stand for what is not loaded, too.
    if (!isAllKnown) o.refresh();
    o.onChange();
  }

  /** Whether an item of a page is no news, or a summary speaks for it. */
  function isSilent(item: InboxItem): boolean {
    if (item.createdAt < hushedAt) return true;
    if (digest === undefined || item.createdAt < digest.since) return false;
    // Without quiet hours any more, only the summary knows when they were.
    return preferences.hasQuietHours() ? preferences.isQuietAt(item.createdAt) : item.createdAt < digestAt;
  }

  return {
    listen(line, signal) {
      const listen = (method: Parameters<PushConnection["on"]>[0], listener: (argument: unknown) => void) =>
        line.on(method, (argument) => {
          if (!signal.aborted) listener(argument);
        });
      listen("notification", (argument) => takeNotification(argument, signal));
      listen("digest", takeDigest);
      listen("receipts", takeReceipt);
    },
    addPage(items) {
      const isQuiet = preferences.isQuietAt(toNow());
      silence(items.filter((item) => isQuiet || isSilent(item)).map(({ id }) => id));
    },
    hush: () => void (hushedAt = toNow()),
    digest: () => digest,
    silent: () => silent,
    clear() {
      silent = new Set();
      digest = undefined;
      hushedAt = "";
    },
  };
}

function isForGroup({ reasons }: PushedNotification): boolean {
  return reasons.length > 0 && reasons.every(({ group }) => group !== undefined);
}

function toNow(): string {
  return new Date().toISOString();
}
