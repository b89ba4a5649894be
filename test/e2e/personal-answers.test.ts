import { expect, it } from "vitest";
import { startApp } from "../support/start-app.ts";

const app = await startApp();
const person = await app.signIn("ada", ["OrderBell.Admin", "OrderBell.Auditor"]);

it.each([
  ["GET", "/api/notifications"],
  ["GET", "/api/subscriptions"],
  ["GET", "/api/preferences"],
  ["POST", "/api/negotiate"],
  ["GET", "/api/admin/dead-letters"],
  ["GET", "/api/audit/accesses"],
  ["GET", "/api/audit/orders/801000000000001AAA"],
])("the answer to %s %s is nobody's to keep", async (method, path) => {
  const answer = await person.call(method, path, method === "POST" ? {} : undefined);
  expect(answer.headers.get("cache-control")).toBe("no-store");
});
