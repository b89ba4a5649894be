import type { Browser } from "playwright-core";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { until } from "../support/app-client.ts";
import { launchBrowser } from "../support/browser.ts";
import { startApp } from "../support/start-app.ts";

const app = await startApp();
const ORDER_ID = "801000000000777AAA";
const ACCOUNT_ID = "001000000000001AAA";

let browser: Browser | undefined;
beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(async () => {
  await browser?.close();
});
beforeEach(({ skip }) => {
  if (browser === undefined) skip("no browser could be started; the reason is printed above");
});

describe("the audit page over a change that really happened", () => {
  it("tells who was told and who was not, and replays the decision", async () => {
    if (browser === undefined) throw new Error("There is no browser.");
    await app.follow("ada", `account:${ACCOUNT_ID}`);
    await app.follow("linus", `account:${ACCOUNT_ID}`, { minimumAmount: "1000000" });
    await app.postOrders({ Id: ORDER_ID, AccountId: ACCOUNT_ID });
    await until(async () => (await app.orchestrations(ORDER_ID))[0]?.runtimeStatus === "Completed", 15_000);

    const context = await browser.newContext();
    const [name = "", value = ""] = (await app.signIn("vera", ["OrderBell.Auditor"])).cookie.split("=");
    await context.addCookies([{ name, value, url: app.url }]);
    const page = await context.newPage();
    const problems: string[] = [];
    page.on("pageerror", (error) => problems.push(error.message));
    page.on("console", (message) => message.type() === "error" && problems.push(message.text()));

    await page.goto(`${app.url}/app/audit/`);
    await page.getByRole("textbox").fill(ORDER_ID.slice(0, 15));
    await page.keyboard.press("Enter");
    await page.locator(".change-link").click();
    const people = (region: RegExp) =>
      page.getByRole("region", { name: region }).locator(".person-name").allTextContents();
    await expect.poll(() => people(/Who was to be told/)).toEqual(["ada"]);
    expect(await people(/Who was not told/)).toEqual(["linus"]);
    await page.getByText("The row that said so").click();
    await expect.poll(() => page.getByText("amount at least 1000000").isVisible()).toBe(true);

    await page.getByRole("button", { name: "Replay the decision" }).click();
    await page.getByRole("heading", { name: "Reproduced" }).waitFor();
    expect(problems).toEqual([]);
    await context.close();
  });
});
