import { expect, it } from "vitest";
import { resolveExpressions, resolveSettings } from "../../../local/host/binding-expressions.ts";

const data = {
  functionName: "negotiate",
  values: { id: "7", headers: { "x-ms-client-principal-id": "u1" }, query: { page: "2" } },
  triggerText: () => '{"order":{"id":"801"},"count":3}',
};

it("resolves route values, headers and query values in any letter case", () => {
  expect(resolveExpressions("{id}/{Headers.X-MS-CLIENT-PRINCIPAL-ID}/{query.page}", data)).toBe("7/u1/2");
});

it("resolves properties of a JSON trigger", () => {
  expect(resolveExpressions("{order.id}-{count}", data)).toBe("801-3");
});

it("fails for a missing header with the words of Azure", () => {
  expect(() => resolveExpressions("{headers.x-user}", data)).toThrow(
    "Error while accessing 'x-user': property doesn't exist.",
  );
});

it("fails for an unknown name", () => {
  expect(() => resolveExpressions("{nobody}", data)).toThrow("No value for named parameter 'nobody'.");
});

it("never finds what objects inherit", () => {
  expect(() => resolveExpressions("{constructor}", data)).toThrow("No value");
  expect(() => resolveExpressions("{headers.toString}", data)).toThrow("doesn't exist");
});

it("makes a new GUID each time, in the form that is asked for", () => {
  expect(resolveExpressions("{rand-guid}", data)).toMatch(/^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/);
  expect(resolveExpressions("{rand-guid:N}", data)).toMatch(/^[\da-f]{32}$/);
  expect(resolveExpressions("{sys.randguid}", data)).not.toBe(resolveExpressions("{sys.randguid}", data));
});

it("tells the time in UTC and the name of the function", () => {
  const before = Date.now();
  const time = Date.parse(resolveExpressions("{sys.utcnow}", data));
  expect(time).toBeGreaterThanOrEqual(before);
  expect(time).toBeLessThanOrEqual(Date.now());
  expect(resolveExpressions("{sys.methodname}", data)).toBe("negotiate");
});

it("puts app settings in the place of %NAME% and refuses one that is not set", () => {
  expect(resolveSettings("%HUB%-x", { HUB: "orders" })).toBe("orders-x");
  expect(() => resolveSettings("%HUB%", {})).toThrow("'%HUB%' does not resolve to a value.");
});
