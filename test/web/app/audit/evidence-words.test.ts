import { describe, expect, it } from "vitest";
import { toFileName, toRefusalWords } from "../../../../web/app/audit/evidence-words.ts";
import { RefusedError, UnreachableError } from "../../../../web/client/api-errors.ts";
import { INSTANCE_ID } from "./audit-answers.ts";

describe("the evidence", () => {
  it("is saved under a name that every file system and shell takes", () => {
    expect(toFileName(`${INSTANCE_ID}:p1`)).toBe(`${INSTANCE_ID}-p1.evidence.ndjson`);
    expect(toFileName("a/../b c;d")).toMatch(/^[\w-]+\.evidence\.ndjson$/);
  });

  it("is refused in words", () => {
    expect(toRefusalWords(new RefusedError(409, "Conflict"))).toContain("still running");
    expect(toRefusalWords(new RefusedError(404, "Not found"))).toContain("no evidence");
    expect(toRefusalWords(new RefusedError(503, "Unavailable", "No key to sign with."))).toMatch(
      /No key to sign with\..*EVIDENCE_KEY/,
    );
    const once = toRefusalWords(new RefusedError(503, "Unavailable", "The setting EVIDENCE_KEY is not set."));
    expect(once.match(/EVIDENCE_KEY/g)).toHaveLength(1);
    expect(toRefusalWords(new UnreachableError(undefined))).toContain("could not be reached");
  });
});
