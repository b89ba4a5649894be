import { mkdirSync } from "node:fs";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { listen, type Listening } from "../../../local/listen.ts";
import { launchBrowser } from "../../support/browser.ts";
import { startEndpoint } from "./message-fixture.ts";
import { openOrgPage, type OrgPageFixture } from "./org-page-fixture.ts";

let browser: Browser | undefined;
let org: OrgPageFixture;
let server: Listening;
beforeAll(async () => {
  browser = await launchBrowser();
  org = openOrgPage();
  server = await listen(org.page, 0);
  mkdirSync("test-results", { recursive: true });
});
afterAll(async () => {
  await server.close();
  await org.close();
  await browser?.close();
});
beforeEach(({ skip }) => {
  if (browser === undefined) skip("no browser could be started; the reason is printed above");
});

async function visit(): Promise<{ page: Page; problems: string[] }> {
  if (browser === undefined) throw new Error("There is no browser.");
  const page = await browser.newPage();
  const problems: string[] = [];
  page.on("pageerror", (error) => problems.push(error.message));
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) problems.push(message.text());
  });
  await page.goto(server.url);
  return { page, problems };
}

const said = (page: Page, words: RegExp) => page.getByRole("status").filter({ hasText: words }).waitFor();
const focusOf = (page: Page) => page.evaluate("document.activeElement.getAttribute('aria-label')");

describe("on the org's page", () => {
  it("a person creates, activates, changes, deletes and restores an order, and sees its message leave", async () => {
    const endpoint = await startEndpoint();
    const { page, problems } = await visit();
    try {
      org.sender.start();
      await page.getByText("There are no orders yet").waitFor();
      await page.getByLabel("Endpoint URL").fill(endpoint.url);
      await page.getByRole("button", { name: "Save", exact: true }).click();
      await said(page, /Messages go to this endpoint/);

      await page.getByRole("button", { name: "Create order" }).click();
      await said(page, /Order 00000101 is created/);
      await page.getByRole("button", { name: "Activate order 00000101" }).click();
      await said(page, /is activated/);
      await expect.poll(() => focusOf(page)).toBe("Change order 00000101");

      await page.keyboard.press("Enter");
      const dialog = page.getByRole("dialog", { name: "Change order 00000101" });
      await dialog.getByLabel("Amount").fill("1e17");
      await dialog.getByRole("button", { name: "Save" }).click();
      await dialog.getByRole("alert").filter({ hasText: "NUMBER_OUTSIDE_VALID_RANGE" }).waitFor();
      await dialog.getByLabel("Amount").fill("777");
      await dialog.getByRole("button", { name: "Save" }).click();
      await page.getByRole("cell", { name: "777.00" }).waitFor();
      await dialog.waitFor({ state: "hidden" });

      await page.getByRole("button", { name: "Delete order 00000101" }).click();
      await expect.poll(() => focusOf(page)).toBe("Restore order 00000101");
      await page.keyboard.press("Enter");
      await said(page, /is restored/);

      await page.locator("#messages").getByText("Acknowledged").first().waitFor();
      await expect
        .poll(() => endpoint.notifications().at(-1)?.fields)
        .toMatchObject({ Status: "Activated", TotalAmount: "777.0" });
      await page.screenshot({ path: "test-results/org-page.png" });
      // The refused amount is an answer, which the browser logs as an error.
      expect(problems.filter((problem) => !problem.includes("400"))).toEqual([]);
    } finally {
      await page.close();
      await endpoint.close();
    }
  });
});
