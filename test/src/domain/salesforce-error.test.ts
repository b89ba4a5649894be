import { describe, expect, it } from "vitest";
import { OrderBellError } from "../../../src/domain/errors.ts";
import { SalesforceError, type SalesforceProblem } from "../../../src/domain/salesforce-error.ts";

describe("SalesforceError", () => {
  it.each<[SalesforceProblem, boolean]>([
    ["loginRefused", false],
    ["invalidField", false],
    ["queryRefused", false],
    ["sessionRefused", true],
    ["apiLimitReached", true],
    ["locatorExpired", true],
    ["maintenance", true],
    ["timeout", true],
    ["unreachable", true],
    ["unreadableAnswer", true],
  ])("for %s says that a later run can help: %s", (problem, retryable) => {
    const error = new SalesforceError(problem, "A sentence.");
    expect(error).toBeInstanceOf(OrderBellError);
    expect(error).toMatchObject({ problem, retryable, message: "A sentence.", name: "SalesforceError" });
  });

  it("keeps status and cause where they are known", () => {
    const cause = new Error("socket");
    expect(new SalesforceError("timeout", "x", { status: 408, cause })).toMatchObject({ status: 408, cause });
    expect(Object.keys(new SalesforceError("timeout", "x"))).not.toContain("cause");
  });
});
