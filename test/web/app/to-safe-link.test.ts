import { expect, it } from "vitest";
import { toSafeLink } from "../../../web/app/to-safe-link.ts";

const BASE = "https://orders.example/app/";

it("keeps links to web pages, whole or relative", () => {
  expect(toSafeLink("https://org.my.salesforce.com/801", BASE)).toBe("https://org.my.salesforce.com/801");
  expect(toSafeLink("/orders/801", BASE)).toBe("https://orders.example/orders/801");
});

it.each([
  "javascript:alert(1)",
  " JavaScript:alert(1)",
  "java\nscript:alert(1)",
  "data:text/html,x",
  "https://[",
])("makes no link of %j", (link) => {
  expect(toSafeLink(link, BASE)).toBeUndefined();
});

it("makes no link of nothing", () => {
  expect(toSafeLink(null, BASE)).toBeUndefined();
});
