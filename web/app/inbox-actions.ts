/** What a person can do to notifications on this page. */
export interface InboxActions {
  readonly onSeen: (id: string) => void;
  readonly onRead: (ids: readonly string[]) => void;
  readonly onArchive: (ids: readonly string[]) => void;
}
