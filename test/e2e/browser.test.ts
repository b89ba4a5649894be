import { mkdirSync } from "node:fs";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { DEMO_PEOPLE } from "../../local/demo/demo-organization.ts";
import { launchBrowser } from "../support/browser.ts";
import { startApp } from "../support/start-app.ts";

const app = await startApp({ people: DEMO_PEOPLE });
const ACME = "001000000000001AAA";
const GLOBEX = "001000000000002AAA";
const OTHER = "001000000000003AAA";

let browser: Browser | undefined;
beforeAll(async () => {
  browser = await launchBrowser();
  mkdirSync("test-results", { recursive: true });
});
afterAll(async () => {
  await browser?.close();
});
beforeEach(({ skip }) => {
  if (browser === undefined) skip("no browser could be started; the reason is printed above");
});

/** Signs in through the form, as a person does, and waits for the live inbox. */
async function visit(name: string): Promise<{ page: Page; context: BrowserContext; problems: string[] }> {
  if (browser === undefined) throw new Error("There is no browser.");
  const context = await browser.newContext({ viewport: { width: 1200, height: 800 } });
  const page = await context.newPage();
  const problems: string[] = [];
  page.on("pageerror", (error) => problems.push(error.message));
  // The platform's own 401 while signed out is an answer, not a fault, but the browser logs it as one.
  page.on("console", (message) => {
    if (message.type() === "error" && !message.text().includes("401")) problems.push(message.text());
  });
  await page.goto(`${app.url}/`);
  await page.getByRole("link", { name: "Sign in" }).click();
  await page.getByRole("button", { name: new RegExp(name) }).click();
  await page.waitForURL("**/app/");
  await page.getByRole("heading", { name: "Inbox" }).waitFor();
  return { page, context, problems };
}

const bellOf = (page: Page) => page.getByTestId("bell");
const itemsOf = (page: Page) => page.locator("li[data-notification-id]");

/** Resolves when the page's SignalR connection stands: only then a push can be expected. */
async function untilLive(page: Page): Promise<void> {
  await page.locator("[data-status=live]").waitFor();
}

describe("in the browser", () => {
  it("the right person's bell rings within a second, another's does not, and someone offline finds it later", async () => {
    await app.follow("ada", `account:${ACME}`);
    await app.follow("grace", `account:${OTHER}`);
    await app.follow("linus", `account:${ACME}`);
    const [ada, grace] = [await visit("Ada"), await visit("Grace")];
    await Promise.all([untilLive(ada.page), untilLive(grace.page)]);
    expect(await ada.page.getByTestId("unseen").count()).toBe(0);

    const posted = Date.now();
    const orders = [ACME, GLOBEX, ACME].map((AccountId, index) => ({
      Id: `80100000000010${index}AAA`,
      AccountId,
    }));
    expect(await app.postOrders(...orders)).toMatchObject({ acknowledged: true });
    await ada.page.locator("li[data-notification-id]").nth(1).waitFor();
    const tookMs = Date.now() - posted;
    expect(await bellOf(ada.page).getAttribute("aria-label")).toContain("2 unseen");
    expect(await itemsOf(ada.page).count()).toBe(2);
    expect(tookMs).toBeLessThan(1_000);
    await ada.page.screenshot({ path: "test-results/inbox.png" });

    const linus = await visit("Linus");
    await itemsOf(linus.page).nth(1).waitFor();
    expect(await itemsOf(linus.page).count()).toBe(2);
    expect(await itemsOf(grace.page).count()).toBe(0);
    expect(await grace.page.getByTestId("unseen").count()).toBe(0);

    for (const { context, problems } of [ada, grace, linus]) {
      expect(problems).toEqual([]);
      await context.close();
    }
  });
});
