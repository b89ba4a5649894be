/**
 * What a redrive delivers: the letters that still wait, each claimed, so that two redrives of the same letters at the same
 * time deliver none of them twice. A claim ends with the record of its redrive; one whose redrive has ended without a
 * record, or that is an hour old, is taken over.
 */
import {
  findRival,
  isRedriven,
  type DeadLetter,
  type LettersRequest,
  type OpenLetter,
  type OpenLetters,
} from "../domain/dead-letter.ts";
import { inTurns } from "../domain/in-turns.ts";
import type { DeadLettersTable } from "../storage/dead-letters-table.ts";

export interface LoadDeadLettersDeps {
  deadLetters: Pick<DeadLettersTable, "claim">;
  /** False when there is no such orchestration, or it has ended. */
  isUnderWay(instanceId: string): Promise<boolean>;
}

const CLAIMS_AT_ONCE = 10;

/** Claims and reads the letters of a redrive, as its orchestration needs them; doing it again gives the same letters. */
export async function loadDeadLetters(
  { deadLetters, isUnderWay }: LoadDeadLettersDeps,
  { ids, instanceId }: LettersRequest,
  now: Date,
): Promise<OpenLetters> {
  const claim = { claimedBy: instanceId, claimedAt: now.toISOString() };
  const mayTake = async (letter: DeadLetter): Promise<boolean> => {
    if (isRedriven(letter)) return false;
    const rival = findRival(letter, instanceId, now);
    return rival === undefined || !(await isUnderWay(rival));
  };
  const letters = await inTurns(ids, CLAIMS_AT_ONCE, (id) => deadLetters.claim(id, claim, mayTake));
  return { letters: letters.flatMap((letter) => (letter === undefined ? [] : [toOpenLetter(letter, now)])) };
}

function toOpenLetter(
  { id, instanceId, announcement, recipient: { quietUntil, ...recipient } }: DeadLetter,
  now: Date,
): OpenLetter {
  // Quiet hours that are over must withhold nothing any more.
  const isQuiet = quietUntil !== undefined && quietUntil > now.toISOString();
  return { id, instanceId, announcement, recipient: isQuiet ? { ...recipient, quietUntil } : recipient };
}
