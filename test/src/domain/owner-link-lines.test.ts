import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readOwnerLinkLines } from "../../../src/domain/owner-link-lines.ts";
import { toSalesforceId } from "../../../src/ingress/canonical-value.ts";
import { anyText } from "../../support/any-subscription.ts";

const LONG = "005000000000001AAA";
const row = { salesforceUserId: LONG, userId: "ada", remove: false };

describe("lines of owner links", () => {
  it("come back from NDJSON as they were, with ids of 18 characters", () => {
    const anyLine = fc.record({
      salesforceUserId: fc.stringMatching(/^[a-zA-Z0-9]{12}$/).map((rest) => `005${rest}`),
      userId: anyText.map((id) => `x${id.trim()}`),
      remove: fc.boolean(),
    });
    fc.assert(
      fc.property(anyLine, (line) => {
        const long = { ...line, salesforceUserId: toSalesforceId(line.salesforceUserId) };
        for (const written of [line, long]) {
          const { rows, problems } = readOwnerLinkLines("ndjson", JSON.stringify(written));
          expect(problems).toEqual([]);
          expect(rows).toEqual([{ line: 1, row: long }]);
        }
      }),
      { numRuns: 1_000 },
    );
  });

  it("come as CSV too", () => {
    expect(
      readOwnerLinkLines("csv", `userId,salesforceUserId,remove\nada,${LONG},\nbob,${LONG},true`),
    ).toEqual({
      rows: [
        { line: 2, row },
        { line: 3, row: { ...row, userId: "bob", remove: true } },
      ],
      problems: [],
    });
  });

  it("name two lines for the same link, in whichever length the id is written", () => {
    const text = `salesforceUserId,userId\n${LONG},ada\n${LONG.slice(0, 15)},ada`;
    expect(readOwnerLinkLines("csv", text).problems).toEqual([
      { line: 3, message: "salesforceUserId and userId are those of line 2" },
    ]);
  });

  it.each(["00500000000000", "001000000000001AAA", "005000000000001AAB", "005/00000000001", ""])(
    "refuse %j as the id of a Salesforce user",
    (salesforceUserId) => {
      const { rows, problems } = readOwnerLinkLines("ndjson", JSON.stringify({ ...row, salesforceUserId }));
      expect(rows).toEqual([]);
      expect(problems).toEqual([
        { line: 1, message: expect.stringMatching(/^salesforceUserId must be the id of a Salesforce user/) },
      ]);
    },
  );
});
