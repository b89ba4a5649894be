import type { InboxItem } from "../client/api-schemas.ts";

/** What a person can do to notifications on this page. */
export interface InboxActions {
  readonly onSeen: (id: string) => void;
  readonly onRead: (ids: readonly string[]) => void;
  readonly onReadAll: () => void;
  readonly onArchive: (ids: readonly string[]) => void;
  /** Shows older notifications until there is one more that `isWanted`; resolves when that is over, however it ended. */
  readonly onOlder: (isWanted: (item: InboxItem) => boolean) => Promise<void>;
}
