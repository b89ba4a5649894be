import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import { chromium, type Browser, type Page } from "playwright-core";
import { afterEach, describe, expect, it, vi } from "vitest";
import { z } from "zod";
import { browserCandidates, connectBrowser, launchBrowser, startBrowserServer } from "./browser.ts";

const SENTENCE = "<p id=sentence style='font-size:40px'>Your order was activated — “påmindelse”</p>";

/** A picture without a single letter compresses to the same bytes as an empty page of that size. */
async function showsText(page: Page): Promise<boolean> {
  await page.setContent(SENTENCE);
  const written = await page.screenshot();
  await page.evaluate('document.querySelector("#sentence").style.color = "transparent"');
  return !written.equals(await page.screenshot());
}

async function withPage<T>(browser: Browser, use: (page: Page) => Promise<T>): Promise<T> {
  const context = await browser.newContext();
  try {
    return await use(await context.newPage());
  } finally {
    await context.close();
  }
}

const servers: Server[] = [];

async function serve(body: string): Promise<string> {
  const server = createServer((_request, response) =>
    response.setHeader("content-type", "text/html").end(body),
  );
  servers.push(server);
  await once(server.listen(0, "127.0.0.1"), "listening");
  const { port } = z.object({ port: z.number() }).parse(server.address());
  return `http://127.0.0.1:${port}/`;
}

afterEach(() => {
  for (const server of servers.splice(0)) server.close().closeAllConnections();
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

describe("a missing browser", () => {
  const missing = () => Promise.resolve([{ executablePath: "/no/such/browser" }]);

  it("fails the tests where CI is set, and says why", async () => {
    vi.stubEnv("CI", "true");
    await expect(launchBrowser(missing)).rejects.toThrow("/no/such/browser");
  });

  it("lets a person's tests be skipped, and says why", async () => {
    vi.stubEnv("CI", "");
    const warn = vi.spyOn(console, "warn").mockReturnValue();
    expect(await launchBrowser(missing)).toBeUndefined();
    expect(warn).toHaveBeenCalledWith(expect.stringContaining("/no/such/browser"));
  });
});

describe("the browser", () => {
  it("shows text", async ({ skip }) => {
    const browser = await launchBrowser();
    if (!browser) return skip("no browser can be started here");
    try {
      expect(await withPage(browser, showsText)).toBe(true);
    } finally {
      await browser.close();
    }
  });

  it("keeps the same-origin policy", async ({ skip }) => {
    const browser = await launchBrowser();
    if (!browser) return skip("no browser can be started here");
    try {
      const blocked = await withPage(browser, async (page) => {
        await page.goto(await serve("one"));
        return page.evaluate(`fetch("${await serve("two")}").then(() => "read", () => "refused")`);
      });
      expect(blocked).toBe("refused");
    } finally {
      await browser.close();
    }
  });

  it("can be shared by several connections, and survives the end of one", async ({ skip }) => {
    const server = await startBrowserServer();
    if (!server) return skip("no browser can be started here");
    try {
      expect(new URL(server.wsEndpoint()).hostname).toMatch(/^(127\.0\.0\.1|localhost)$/);
      const [first, second] = await Promise.all([
        connectBrowser(server.wsEndpoint()),
        connectBrowser(server.wsEndpoint()),
      ]);
      await withPage(first, (page) => page.setContent("<p>one</p>"));
      await first.close();
      expect(await withPage(second, showsText)).toBe(true);
      await second.close();
    } finally {
      await server.close();
    }
  });

  it("runs on the libraries of its package where the machine has none", async ({ skip }) => {
    if (process.platform !== "linux" || process.arch !== "x64") return skip("only for 64-bit Linux");
    const bare = (await browserCandidates()).at(-1);
    const server = await chromium.launchServer({ ...bare, host: "127.0.0.1" });
    try {
      const libraries = await readFile(`/proc/${server.process().pid}/maps`, "utf8");
      const names = [
        "libnss3.so",
        "libnspr4.so",
        "libnssutil3.so",
        "libexpat.so.1",
        "libplc4.so",
        "libplds4.so",
      ];
      for (const name of names) {
        const paths = new Set(libraries.match(new RegExp(`/\\S*/${name.replaceAll(".", "\\.")}`, "g")));
        expect([...paths]).toEqual([expect.stringContaining("/orderbell-chromium-")]);
      }
    } finally {
      await server.close();
    }
  });
});
