/** What administrators do with dead letters: look at them, and have them delivered again. */
import { createHash } from "node:crypto";
import {
  type DeadLetter,
  isRedriven,
  MAX_REDRIVE_LETTERS,
  type Redrive,
  type RedriveInput,
  type RedriveRecord,
} from "../domain/dead-letter.ts";
import type { DeadLettersTable } from "../storage/dead-letters-table.ts";

/** The Durable client as redriving sees it. */
export interface RedriveStarter {
  /** Starts a redrive, unless one with this id is under way. */
  start(instanceId: string, input: RedriveInput): Promise<void>;
}

/** Which letters to list: of one day or of the last seven, `limit` at most, older ones than the one with the id `after`. */
export interface DeadLetterQuery {
  day?: string | undefined;
  after?: string | undefined;
  limit: number;
}

/** Newest first; `next` is the `after` of the following page, null when there is none. */
export interface DeadLetterPage {
  items: (DeadLetter & { isRedriven: boolean })[];
  next: string | null;
}

/** How a wish to redrive one letter ended. */
export type RedriveAnswer =
  | { outcome: "started"; instanceId: string }
  | { outcome: "unknown" }
  | { outcome: "alreadyRedriven" };

/** How a wish to redrive a day ended: what was started, and how many undelivered letters (at least) wait for a further call. */
export interface RedriveDayAnswer {
  instanceIds: string[];
  letters: number;
  skipped: number;
  left: number;
}

type Letters = { deadLetters: DeadLettersTable };

const RECENT_DAYS = 7;
const DAY_MS = 86_400_000;
/** One request starts at most so many redrives, and looks no further when it has found so many undelivered letters. */
const MOST_REDRIVES = 10;
const MOST_OPEN_LETTERS = 5_000;
/** Letters of a day that are read at a time. */
const PAGE_LETTERS = 1_000;
/** What a redrive loads lies in its history as one value (JSON characters). */
const MAX_LOAD_CHARACTERS = 100_000;

/** Lists dead letters. */
export async function listDeadLetters(
  { deadLetters }: Letters,
  { day, after, limit }: DeadLetterQuery,
  now: Date,
): Promise<DeadLetterPage> {
  const last = after === undefined ? undefined : await deadLetters.read(after);
  const lastDay = last?.announcement.createdAt.slice(0, 10);
  const days = (day === undefined ? toRecentDays(now) : [day]).filter(
    (one) => lastDay === undefined || one <= lastDay,
  );
  const letters: DeadLetter[] = [];
  for (const one of days) {
    const o = { limit: limit + 1 - letters.length, after: one === lastDay ? after : undefined };
    letters.push(...(await deadLetters.readDay(one, o)));
    if (letters.length > limit) break;
  }
  const items = letters.slice(0, limit).map((letter) => ({ ...letter, isRedriven: isRedriven(letter) }));
  return { items, next: letters.length > limit ? (items.at(-1)?.id ?? null) : null };
}

/** Has one letter delivered again. */
export async function redriveLetter(
  { deadLetters }: Letters,
  starter: RedriveStarter,
  { id, redrivenBy }: { id: string; redrivenBy: string },
): Promise<RedriveAnswer> {
  const letter = await deadLetters.read(id);
  if (letter === undefined) return { outcome: "unknown" };
  if (isRedriven(letter)) return { outcome: "alreadyRedriven" };
  const instanceId = toRedriveInstanceId([letter]);
  await starter.start(instanceId, { ids: [id], redrivenBy });
  return { outcome: "started", instanceId };
}

/** Has the undelivered letters of a day delivered again, those first that were redriven least often. */
export async function redriveDay(
  { deadLetters }: Letters,
  starter: RedriveStarter,
  { day, redrivenBy }: { day: string; redrivenBy: string },
): Promise<RedriveDayAnswer> {
  const { open, skipped } = await readOpenLetters(deadLetters, day);
  const parts = cutIntoParts(open).slice(0, MOST_REDRIVES);
  const instanceIds: string[] = [];
  for (const part of parts) {
    const instanceId = toRedriveInstanceId(part);
    await starter.start(instanceId, { ids: part.map(({ id }) => id), redrivenBy });
    instanceIds.push(instanceId);
  }
  const started = parts.flat().length;
  return {
    instanceIds,
    letters: started,
    skipped,
    left: open.length - started,
  };
}

/** Reads on past what was delivered: else a day with many letters would never come to its last ones. */
async function readOpenLetters(deadLetters: DeadLettersTable, day: string) {
  const open: DeadLetter[] = [];
  let read = 0;
  let after: string | undefined;
  do {
    const letters = await deadLetters.readDay(day, { limit: PAGE_LETTERS, after });
    open.push(...letters.filter((letter) => !isRedriven(letter)));
    read += letters.length;
    after = letters.length < PAGE_LETTERS ? undefined : letters.at(-1)?.id;
  } while (after !== undefined && open.length < MOST_OPEN_LETTERS);
  open.sort((a, b) => a.redrives.length - b.redrives.length);
  return { open, skipped: read - open.length };
}

/** Writes down what came of a redrive, who asked for it and when; its claims end with that. */
export async function recordRedrives(
  { deadLetters }: Letters,
  { redrivenBy, instanceId, results }: RedriveRecord,
  now: Date,
): Promise<void> {
  for (const { id, ...result } of results) {
    const redrive: Redrive = { redrivenAt: now.toISOString(), redrivenBy, instanceId, ...result };
    await deadLetters.addRedrive(id, redrive);
  }
}

function toRecentDays(now: Date): string[] {
  return Array.from({ length: RECENT_DAYS }, (_, days) =>
    new Date(now.getTime() - days * DAY_MS).toISOString().slice(0, 10),
  );
}

function cutIntoParts(letters: readonly DeadLetter[]): DeadLetter[][] {
  const parts: DeadLetter[][] = [];
  let characters = 0;
  for (const letter of letters) {
    const size = JSON.stringify(letter).length;
    const part = parts.at(-1);
    if (!part || part.length === MAX_REDRIVE_LETTERS || characters + size > MAX_LOAD_CHARACTERS) {
      parts.push([letter]);
      characters = size;
    } else {
      part.push(letter);
      characters += size;
    }
  }
  return parts;
}

/** The same letters give the same id until a redrive of them has ended: asking twice starts one. */
function toRedriveInstanceId(letters: readonly DeadLetter[]): string {
  // The last redrive, not their number: of those only the last fifty are kept.
  const text = letters.map(({ id, redrives }) => `${id} ${redrives.at(-1)?.instanceId ?? ""}`).join("\n");
  return `redrive-${createHash("sha256").update(text).digest("base64url").slice(0, 22)}`;
}
