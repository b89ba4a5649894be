/** Answers which order versions of a range of time were told of by which route. */
import { addVersions, countVersions, type Coverage, toEmptyCoverage } from "../domain/coverage.ts";
import { InvalidRequestError } from "../domain/errors.ts";
import type { SightingsTable } from "../storage/sightings-table.ts";

const LONGEST_DAYS = 31;
const DAY_MS = 86_400_000;
/** More would keep a caller waiting for longer than the platform lets a request last. */
const MOST_VERSIONS = 200_000;

/** Counts what was seen in [from, to), instants in UTC; throws InvalidRequestError when that is no range or too much. */
export async function readCoverage(
  { sightings }: { sightings: Pick<SightingsTable, "read"> },
  { from, to }: { from: string; to: string },
): Promise<Coverage> {
  const lengthMs = Date.parse(to) - Date.parse(from);
  if (lengthMs <= 0) throw new InvalidRequestError("`from` must be before `to`.");
  if (lengthMs > LONGEST_DAYS * DAY_MS)
    throw new InvalidRequestError(`A range holds at most ${LONGEST_DAYS} days; ask for a shorter range.`);
  let coverage = toEmptyCoverage(from, to);
  for await (const versions of sightings.read(coverage.from, coverage.to)) {
    coverage = addVersions(coverage, versions);
    if (countVersions(coverage.totals) > MOST_VERSIONS)
      throw new InvalidRequestError(
        `This range holds more than ${MOST_VERSIONS.toLocaleString("en")} order versions; ask for a shorter range.`,
      );
  }
  return coverage;
}
