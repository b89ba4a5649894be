import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { launchBrowser } from "../../support/browser.ts";
import { makeNotification } from "../client/fake-site.ts";
import { type BellPage, buildPages, openPage, type Site } from "./bell-page.ts";

const ACME = "account:001000000000001AAA";
const REGION = "field:Region__c=EMEA";
const subscriptions = {
  items: [{ scope: ACME, transitions: ["activated"], priority: "high" }, { scope: REGION }],
  grants: [
    { scope: ACME, label: "Acme" },
    { scope: REGION, label: null },
  ],
};

let browser: Browser | undefined;
let pages: { folder: string; remove: () => void } | undefined;
let open: BellPage | undefined;
beforeAll(async () => {
  browser = await launchBrowser();
  if (browser) pages = await buildPages();
});
afterAll(async () => {
  await browser?.close();
  pages?.remove();
});
beforeEach(({ skip }) => {
  if (browser === undefined) skip("no browser could be started; the reason is printed above");
});
afterEach(async () => {
  await open?.context.close();
});

async function visit(o: { width?: number; site?: Partial<Site> } = {}): Promise<BellPage> {
  if (!browser || !pages) throw new Error("There is no browser.");
  open = await openPage(browser, pages.folder, { ...o, site: { subscriptions, ...o.site } });
  return open;
}

const opener = (page: Page) => page.getByRole("button", { name: "Preferences", exact: true });
const dialog = (page: Page) => page.getByRole("dialog", { name: "Preferences" });
const quietSwitch = (page: Page) => page.getByRole("switch", { name: /Nothing rings/ });
const save = (page: Page) => page.getByRole("button", { name: "Save" }).click();
const isFocused = (page: Page, selector: string) => page.locator(`${selector}:focus`).count();

async function openPanel(page: Page): Promise<void> {
  await opener(page).click();
  await quietSwitch(page).waitFor();
}

describe("the panel", () => {
  it("opens and closes by keyboard, takes the focus and gives it back", async () => {
    const { page, problems } = await visit();
    await opener(page).focus();
    await page.keyboard.press("Enter");
    await quietSwitch(page).waitFor();
    expect(await isFocused(page, "#preferences-title")).toBe(1);
    for (let press = 0; press < 30; press += 1) await page.keyboard.press("Tab");
    expect(await page.evaluate('document.querySelector(".page").contains(document.activeElement)')).toBe(
      false,
    );
    await page.keyboard.press("Escape");
    expect(await dialog(page).count()).toBe(0);
    expect(await isFocused(page, "button[aria-label=Preferences]")).toBe(1);
    expect(problems).toEqual([]);
  });

  it("saves quiet hours in the browser's own time zone, and says so", async () => {
    const { page, site } = await visit();
    await openPanel(page);
    await quietSwitch(page).check();
    expect(await page.getByLabel("Time zone").inputValue()).toBe("Europe/Berlin");
    await page.getByLabel("From").fill("21:30");
    await page.getByText("the next day").waitFor();
    await save(page);
    await page.getByText("Saved.").waitFor();
    expect(site.saved).toEqual([
      {
        quietHours: { timeZone: "Europe/Berlin", from: "21:30", to: "07:00" },
        mutedScopes: [],
        mutedTransitions: [],
      },
    ]);
    await page.getByRole("button", { name: "Close", exact: true }).click();
    await openPanel(page);
    expect(await page.getByLabel("From").inputValue()).toBe("21:30");
  });

  it("offers every time zone by name", async () => {
    const { page } = await visit();
    await openPanel(page);
    await quietSwitch(page).check();
    const zones = await page.locator("datalist option").allTextContents();
    expect(zones).toEqual(expect.arrayContaining(["America/New_York", "Europe/Berlin", "UTC"]));
  });

  it("mutes kinds of news and what is followed, by name", async () => {
    const preferences = { quietHours: null, mutedScopes: ["all"], mutedTransitions: ["teleported"] };
    const { page, site } = await visit({ site: { preferences } });
    await openPanel(page);
    await page.getByLabel("Changes of amount").check();
    await page.getByLabel("teleported").uncheck();
    await page.getByLabel("Orders whose Region__c is EMEA").check();
    await page.getByLabel("Every order").uncheck();
    expect(await dialog(page).getByLabel(/Acme/).isChecked()).toBe(false);
    await save(page);
    await page.getByText("Saved.").waitFor();
    expect(site.saved).toEqual([
      { quietHours: null, mutedScopes: [REGION], mutedTransitions: ["amountChanged"] },
    ]);
  });

  it("sends nothing that cannot be right, and leads to the field", async () => {
    const { page, site } = await visit();
    await openPanel(page);
    await quietSwitch(page).check();
    await page.getByLabel("Time zone").fill("Mars");
    await save(page);
    await page.getByText("Must be a time zone such as Europe/Berlin.").waitFor();
    await expect.poll(() => isFocused(page, "input[aria-invalid=true]")).toBe(1);
    expect(site.saved).toEqual([]);
  });

  it("shows what the server refuses at the field that it names", async () => {
    const { page } = await visit({
      site: {
        onSave: (route) =>
          route.fulfill({
            status: 400,
            json: { title: "Bad request", errors: ["quietHours.to: must not be later than noon"] },
          }),
      },
    });
    await openPanel(page);
    await quietSwitch(page).check();
    await save(page);
    await page.getByText("Must not be later than noon.").waitFor();
    expect(await page.getByLabel("To", { exact: true }).getAttribute("aria-invalid")).toBe("true");
  });

  it("says while it saves that it does, and afterwards that the network failed; nothing typed is lost", async () => {
    let fail = (): void => {};
    const { page } = await visit({
      site: {
        onSave: (route) =>
          new Promise((resolve) => (fail = () => void route.abort("connectionfailed").then(resolve))),
      },
    });
    await openPanel(page);
    await page.getByLabel("Deletions").check();
    await save(page);
    await page.getByText("Saving…").waitFor();
    fail();
    await dialog(page).getByText("The server could not be reached.").waitFor();
    expect(await page.getByLabel("Deletions").isChecked()).toBe(true);
  });

  it("fits a narrow screen: nothing sticks out, and Save is in view", async () => {
    const { page } = await visit({ width: 400 });
    await openPanel(page);
    await quietSwitch(page).check();
    expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(400);
    const wide =
      "[...document.querySelectorAll('dialog *')].filter((e) => e.getBoundingClientRect().right > 400)";
    expect(await page.evaluate(`${wide}.length`)).toBe(0);
    const box = await page.getByRole("button", { name: "Save" }).boundingBox();
    expect((box?.y ?? 1_000) + (box?.height ?? 0)).toBeLessThanOrEqual(800);
  });
});

describe("the page", () => {
  it("says fields and rules of what is followed in words", async () => {
    const { page } = await visit();
    const names = page.getByRole("switch");
    await names.first().waitFor();
    expect((await names.allTextContents()).map((text) => text.trim())).toEqual([
      expect.stringMatching(/^Acme.*Account.*Only activations; high priority$/),
      "Orders whose Region__c is EMEA",
    ]);
  });

  it("tells a burst once, as one number", async () => {
    const { page, push } = await visit();
    for (let n = 1; n <= 12; n += 1) push("notification", makeNotification(n));
    await page.getByText("12 new notifications.").waitFor({ state: "attached" });
    expect(await page.getByTestId("unseen").textContent()).toBe("12");
  });

  it("shows one summary after quiet hours until it is dismissed, and no ring for each", async () => {
    const { page, push, site, problems } = await visit();
    site.items = [1, 2, 3, 4, 5].map((n) => ({ ...makeNotification(n), state: "stored" }));
    push("digest", { count: 5, since: makeNotification(1).createdAt });
    const summary = page.getByTestId("quiet-summary");
    await summary.getByText("5 notifications came while it was quiet.").waitFor();
    await expect.poll(() => page.locator("li[data-notification-id]").count()).toBe(5);
    await page.locator("output", { hasText: /^5 notifications came while it was quiet\.$/ }).waitFor({
      state: "attached",
    });
    expect(await page.getByText("5 new notifications").count()).toBe(0);
    await page.getByRole("button", { name: "Dismiss the summary" }).click();
    expect(await summary.count()).toBe(0);
    expect(problems).toEqual([]);
  });
});
