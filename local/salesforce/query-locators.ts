/**
 * Results of queries that did not fit into one page, kept for two days under a locator.
 *
 * Sources: "Query More Results" and "Query Options Headers" of the REST API Developer Guide; "Query cursor limits" (locators
 * live two days). A locator is an id that starts with 0r8; `<locator>-<offset>` says where to go on.
 */
import { randomInt } from "node:crypto";
import type { RootDatabase } from "lmdb";
import { z } from "zod";
import { OrgError } from "./org-error.ts";
import { isFieldValues } from "./org-record.ts";
import type { QueryRow } from "./run-query.ts";
import { toSalesforceId } from "./salesforce-id.ts";

/** One page of a result. */
export interface QueryPage {
  readonly totalSize: number;
  readonly rows: readonly QueryRow[];
  /** `<locator>-<offset>` of the next page; null after the last. */
  readonly next: string | null;
}

/** The kept results. */
export interface QueryLocators {
  /** The first page; the rest is kept when there is one. Resolves once that is committed. */
  open(rows: readonly QueryRow[], pageSize: number | undefined): Promise<QueryPage>;
  /** A further page, of the first one's size unless told; throws OrgError for a locator that never was or is over. */
  read(locator: string, pageSize: number | undefined): QueryPage;
}

const LIFETIME_MS = 2 * 24 * 60 * 60 * 1000;
const LARGEST_PAGE = 2_000;
/** Rows are stored in pieces of the smallest page. */
const PIECE = 200;

const resultSchema = z.object({ createdAt: z.number(), totalSize: z.int(), pageSize: z.int() });
const pieceSchema = z.array(z.custom<QueryRow>(isFieldValues));

/** Opens the kept results in the runtime's store; its owner closes it. */
export function openQueryLocators(state: RootDatabase, now: () => Date): QueryLocators {
  const results = state.openDB<unknown, string>({ name: "salesforce-results" });
  const pieces = state.openDB<unknown, [string, number]>({ name: "salesforce-result-rows" });

  function isOver(stored: unknown): boolean {
    return now().getTime() - resultSchema.parse(stored).createdAt > LIFETIME_MS;
  }

  function removeOver(): void {
    for (const { key, value } of [...results.getRange()]) {
      if (!isOver(value)) continue;
      void results.remove(key);
      const { totalSize } = resultSchema.parse(value);
      for (let piece = 0; piece * PIECE < totalSize; piece += 1) void pieces.remove([key, piece]);
    }
  }

  return {
    open: async (rows, pageSize = LARGEST_PAGE) => {
      const totalSize = rows.length;
      if (totalSize <= pageSize) return { totalSize, rows, next: null };
      const id = toSalesforceId("0r8", randomInt(62 ** 7));
      await state.childTransaction(() => {
        removeOver();
        void results.put(id, { createdAt: now().getTime(), totalSize, pageSize });
        for (let piece = 0; piece * PIECE < totalSize; piece += 1) {
          void pieces.put([id, piece], rows.slice(piece * PIECE, (piece + 1) * PIECE));
        }
      });
      return { totalSize, rows: rows.slice(0, pageSize), next: `${id}-${pageSize}` };
    },
    read: (locator, wantedSize) => {
      const [, id = "", digits = ""] = /^(\w{18})-(\d{1,9})$/.exec(locator) ?? [];
      const stored = id === "" ? undefined : results.get(id);
      if (stored === undefined || isOver(stored)) throw invalidLocator();
      const { totalSize, pageSize } = resultSchema.parse(stored);
      const offset = Number(digits);
      if (offset >= totalSize) throw invalidLocator();
      const end = Math.min(offset + (wantedSize ?? pageSize), totalSize);
      const first = Math.floor(offset / PIECE);
      const rows: QueryRow[] = [];
      for (let piece = first; piece * PIECE < end; piece += 1) {
        rows.push(...pieceSchema.parse(pieces.get([id, piece])));
      }
      const start = offset - first * PIECE;
      return {
        totalSize,
        rows: rows.slice(start, start + end - offset),
        next: end < totalSize ? `${id}-${end}` : null,
      };
    },
  };
}

/** The refusal of a locator, in the words of Salesforce. */
export function invalidLocator(): OrgError {
  return new OrgError("INVALID_QUERY_LOCATOR", "invalid query locator");
}
