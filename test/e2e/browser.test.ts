import { mkdirSync } from "node:fs";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { z } from "zod";
import { DEMO_PEOPLE } from "../../local/demo/demo-organization.ts";
import { launchBrowser } from "../support/browser.ts";
import { toOutboundMessageXml } from "../support/outbound-message.ts";
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
  await page.goto(`${app.url}/app/`);
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

/** An outbound message of three orders, no two messages of the same; people who follow ACME hear of two of them. */
function toMessage(number: number): string {
  const orders = [ACME, GLOBEX, ACME].map((AccountId, index) => ({
    Id: `8010000000001${number}${index}AAA`,
    AccountId,
  }));
  return toOutboundMessageXml({ orders });
}

/**
 * Posts `message` from the page and answers the milliseconds from that moment until `count` notifications are in the
 * list. One clock, that of the page, and no round trip of the test's own is in between.
 */
async function measureRing(page: Page, message: string, count: number): Promise<number> {
  const result: unknown = await page.evaluate(`(async () => {
    const shown = new Promise((resolve, reject) => {
      setTimeout(() => reject(new Error("Nothing rang within 10 s.")), 10_000);
      const observer = new MutationObserver(() => {
        if (document.querySelectorAll("li[data-notification-id]").length < ${count}) return;
        observer.disconnect();
        resolve(performance.now());
      });
      observer.observe(document.body, { childList: true, subtree: true, attributes: true });
    });
    const sent = performance.now();
    const reply = fetch("/api/salesforce/outbound-messages?code=local", {
      method: "POST",
      headers: { "content-type": "text/xml; charset=UTF-8" },
      body: ${JSON.stringify(message)},
    }).then((response) => response.text());
    const [at, text] = await Promise.all([shown, reply]);
    if (!text.includes("<Ack>true</Ack>")) throw new Error(text);
    return at - sent;
  })()`);
  return z.number().parse(result);
}

describe("in the browser", () => {
  it("the right person's bell rings within a second, another's does not, and someone offline finds it later", async () => {
    await app.follow("ada", `account:${ACME}`);
    await app.follow("grace", `account:${OTHER}`);
    await app.follow("linus", `account:${ACME}`);
    const [ada, grace] = [await visit("Ada"), await visit("Grace")];
    await Promise.all([untilLive(ada.page), untilLive(grace.page)]);
    expect(await ada.page.getByTestId("unseen").count()).toBe(0);

    // The promise is the product's; a machine that is busy with other tests gets three chances to show it.
    const ringsMs = [await measureRing(ada.page, toMessage(1), 2)];
    expect(await bellOf(ada.page).getAttribute("aria-label")).toContain("2 unseen");
    while (Math.min(...ringsMs) >= 1_000 && ringsMs.length < 3) {
      const number = ringsMs.length + 1;
      ringsMs.push(await measureRing(ada.page, toMessage(number), 2 * number));
    }
    expect(Math.min(...ringsMs)).toBeLessThan(1_000);
    const total = 2 * ringsMs.length;
    expect(await itemsOf(ada.page).count()).toBe(total);
    await ada.page.screenshot({ path: "test-results/inbox.png" });

    const linus = await visit("Linus");
    await itemsOf(linus.page)
      .nth(total - 1)
      .waitFor();
    expect(await itemsOf(linus.page).count()).toBe(total);
    expect(await itemsOf(grace.page).count()).toBe(0);
    expect(await grace.page.getByTestId("unseen").count()).toBe(0);

    for (const { context, problems } of [ada, grace, linus]) {
      expect(problems).toEqual([]);
      await context.close();
    }
  });
});
