import { describe, expect, it } from "vitest";
import { toTraced, traceparentSchema, tracedSchema } from "../../../src/domain/traced.ts";

const TRACEPARENT = `00-${"a".repeat(32)}-${"b".repeat(16)}-01`;
const heard = { at: "2026-11-22T10:00:00.000Z", route: "poll" as const };

describe("what telemetry follows a change by", () => {
  it("is passed on as it came", () => {
    expect(toTraced({ traceparent: TRACEPARENT, heard })).toEqual({ traceparent: TRACEPARENT, heard });
  });

  it("stays absent where it was absent, key and all: an old history would not replay", () => {
    expect(Object.keys(toTraced({}))).toEqual([]);
    expect(Object.keys(toTraced({ traceparent: undefined, heard: undefined }))).toEqual([]);
    expect(Object.keys(tracedSchema.parse({}))).toEqual([]);
  });

  it.each(["", "00-abc", TRACEPARENT.toUpperCase(), `01${TRACEPARENT.slice(2)}`, `${TRACEPARENT}-more`])(
    "is not %j",
    (text) => {
      expect(traceparentSchema.safeParse(text).success).toBe(false);
    },
  );
});
