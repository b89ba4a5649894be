import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { toLocalPath } from "../../../local/auth/local-path.ts";

describe("toLocalPath", () => {
  it("keeps a path of this site with its query and fragment", () => {
    expect(toLocalPath("/app/?a=1#b")).toBe("/app/?a=1#b");
  });

  it("never names another site, whatever it is given", () => {
    const piece = fc.constantFrom(
      "/",
      "\\",
      "//",
      ".",
      "..",
      ":",
      "@",
      "\t",
      "\n",
      "http:",
      "evil.example",
      "?",
      "#",
      "%2f",
      "a",
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.webUrl(),
          fc.string(),
          fc.array(piece).map((pieces) => pieces.join("")),
        ),
        (value) => {
          const path = toLocalPath(value);
          if (path === undefined) return;
          expect(path.startsWith("/")).toBe(true);
          expect(new URL(path, "http://here.example/x/").origin).toBe("http://here.example");
        },
      ),
      { numRuns: 500 },
    );
  });
});
