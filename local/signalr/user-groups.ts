/**
 * Which users belong to which groups, whether or not they are connected; kept in the state store.
 *
 * Semantics from the `ttl` parameter in Azure/azure-signalr docs/swagger/V20220601.json: a membership without ttl lasts
 * at most one year, and of those only the 100 latest updated per user are kept; ttl 0 touches present connections only.
 * A ttl decides which future connections join; it takes nobody out. Adding again replaces the ttl.
 */
import { createHash } from "node:crypto";
import type { Database, RootDatabase } from "lmdb";
import { z } from "zod";

/** A user in a group of a hub. */
export interface Membership {
  readonly hub: string;
  readonly userId: string;
  readonly group: string;
}

const YEAR_MS = 365 * 24 * 3_600_000;
const MAX_GROUPS_WITHOUT_TTL = 100;

const rowSchema = z.object({
  group: z.string(),
  expiresAt: z.number().describe("ms since 1970"),
  updatedAt: z.number().describe("ms since 1970"),
  hasTtl: z.boolean(),
});
type Row = z.infer<typeof rowSchema>;
type RowKey = [hub: string, user: string, group: string];

/** The memberships of users in groups. */
export class UserGroups {
  readonly #rows: Database<unknown, RowKey>;

  constructor(state: RootDatabase) {
    this.#rows = state.openDB<unknown, RowKey>({ name: "signalr-user-groups" });
  }

  /** Records a membership; resolves once it is committed. */
  async add(membership: Membership, ttlSeconds: number | undefined): Promise<void> {
    if (ttlSeconds === 0) return this.remove(membership);
    const now = Date.now();
    const row: Row = {
      group: membership.group,
      expiresAt: now + (ttlSeconds === undefined ? YEAR_MS : ttlSeconds * 1000),
      updatedAt: now,
      hasTtl: ttlSeconds !== undefined,
    };
    await this.#rows.transaction(() => {
      this.#rows.putSync(toKey(membership), row);
      for (const key of this.#surplus(membership)) this.#rows.removeSync(key);
    });
  }

  /** Forgets a membership; resolves once that is committed. */
  async remove(membership: Membership): Promise<void> {
    await this.#rows.remove(toKey(membership));
  }

  /** Forgets all groups of a user; resolves once that is committed. */
  async removeAll(hub: string, userId: string): Promise<void> {
    await this.#rows.transaction(() => {
      for (const { key } of this.#rowsOf(hub, userId)) this.#rows.removeSync(key);
    });
  }

  /** The groups a connection of the user joins now. */
  groupsOf(hub: string, userId: string): string[] {
    const now = Date.now();
    return this.#rowsOf(hub, userId)
      .filter(({ row }) => row.expiresAt > now)
      .map(({ row }) => row.group);
  }

  /** Whether the user has an unexpired membership. */
  has(membership: Membership): boolean {
    const row = this.#rows.get(toKey(membership));
    return row !== undefined && rowSchema.parse(row).expiresAt > Date.now();
  }

  /** Forgets every expired membership and tells how many there were. */
  async removeExpired(): Promise<number> {
    return this.#rows.transaction(() => {
      const now = Date.now();
      const expired = this.#read({}).filter(({ row }) => row.expiresAt <= now);
      for (const { key } of expired) this.#rows.removeSync(key);
      return expired.length;
    });
  }

  #surplus({ hub, userId }: Membership): RowKey[] {
    return this.#rowsOf(hub, userId)
      .filter(({ row }) => !row.hasTtl)
      .sort((a, b) => b.row.updatedAt - a.row.updatedAt)
      .slice(MAX_GROUPS_WITHOUT_TTL)
      .map(({ key }) => key);
  }

  #rowsOf(hub: string, userId: string): { key: RowKey; row: Row }[] {
    const user = digest(userId);
    return this.#read({ start: [hub, user, ""], end: [hub, user, "~"] });
  }

  #read(range: { start?: RowKey; end?: RowKey }): { key: RowKey; row: Row }[] {
    return [...this.#rows.getRange(range)].map(({ key, value }) => ({ key, row: rowSchema.parse(value) }));
  }
}

/** Ids and group names may be longer than a key may be, so keys hold their digests. */
function toKey({ hub, userId, group }: Membership): RowKey {
  return [hub, digest(userId), digest(group)];
}

function digest(text: string): string {
  return createHash("sha256").update(text).digest("base64url");
}
