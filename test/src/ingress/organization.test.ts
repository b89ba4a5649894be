import { describe, expect, it } from "vitest";
import { isAllowedOrganization } from "../../../src/ingress/organization.ts";

const LONG = "00D7F00000107XsUAI";
const SHORT = "00D7F00000107Xs";
const OTHER = "00D000000000001EAA";

describe("isAllowedOrganization", () => {
  it.each([
    [LONG, [LONG]],
    [SHORT, [LONG]],
    [LONG, [SHORT]],
    [SHORT, [SHORT]],
    [LONG, [OTHER, LONG]],
    [LONG, [LONG, OTHER]],
    [LONG, ["nonsense", SHORT]],
  ])("allows %s by %j", (id, allowed) => {
    expect(isAllowedOrganization(id, allowed)).toBe(true);
  });

  it.each([
    [LONG, []],
    [LONG, [OTHER]],
    ["00D7F00000107xs", [LONG]],
    ["00D7F00000107Xt", [LONG]],
    ["", [""]],
    ["nonsense", ["nonsense"]],
    [`${LONG} `, [LONG]],
    [LONG, [` ${LONG}`]],
    ["801000000000001AAA", ["801000000000001AAA"]],
    ["listed", ["asked"]],
    ["asked", ["listed"]],
    ["x".repeat(100_000), [LONG]],
  ])("does not allow %s by %j", (id, allowed) => {
    expect(isAllowedOrganization(id, allowed)).toBe(false);
  });
});
