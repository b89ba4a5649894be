/** Access tokens of the org: opaque, over after two hours, and kept only as digests. */
import { createHash, randomBytes } from "node:crypto";
import type { RootDatabase } from "lmdb";
import { z } from "zod";

/** The tokens that are valid. */
export interface Sessions {
  /** A new token; resolves once it is committed. */
  open(): Promise<string>;
  isValid(token: string): boolean;
  /** Ends one; false when there was none. */
  end(token: string): Promise<boolean>;
  endAll(): Promise<void>;
}

const LIFETIME_MS = 2 * 60 * 60 * 1000;
const rowSchema = z.object({ expiresAt: z.number() });

/** Opens the sessions in the runtime's store; its owner closes it. */
export function openSessions(state: RootDatabase, organizationId: string, now: () => Date): Sessions {
  const rows = state.openDB<unknown, string>({ name: "salesforce-sessions" });
  const isOver = (row: unknown) => rowSchema.parse(row).expiresAt <= now().getTime();
  return {
    open: async () => {
      const token = `${organizationId.slice(0, 15)}!AQ${randomBytes(60).toString("base64url")}`;
      for (const { key, value } of [...rows.getRange()]) if (isOver(value)) void rows.remove(key);
      await rows.put(toDigest(token), { expiresAt: now().getTime() + LIFETIME_MS });
      return token;
    },
    isValid: (token) => {
      const row = rows.get(toDigest(token));
      return row !== undefined && !isOver(row);
    },
    end: async (token) => {
      const digest = toDigest(token);
      const wasThere = rows.doesExist(digest);
      await rows.remove(digest);
      return wasThere;
    },
    endAll: () => rows.clearAsync(),
  };
}

function toDigest(token: string): string {
  return createHash("sha256").update(token).digest("base64url");
}
