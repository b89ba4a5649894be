/** GET /app/…: the pages that browsers load; `/` leads there. */
import { readdirSync, readFileSync } from "node:fs";
import { extname, posix } from "node:path";
import { fileURLToPath } from "node:url";
import { app, type HttpRequest, type HttpResponseInit } from "@azure/functions";
import { readSignalROrigins } from "../config.ts";

const FOLDER = fileURLToPath(new URL("../../web/app/", import.meta.url));

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
};

/** Only files that the build put there exist: no request can name another. */
const files = new Map(
  readdirSync(FOLDER, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && extname(entry.name) in CONTENT_TYPES)
    .map((entry) =>
      `${entry.parentPath.slice(FOLDER.length)}/${entry.name}`.replace(/^[\\/]+/, "").replaceAll("\\", "/"),
    )
    .map((path) => [path, readFileSync(`${FOLDER}/${path}`)] as const),
);

/** Nothing but our own files, and connections to the app and its SignalR service. */
function toContentSecurityPolicy(): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    `connect-src ${["'self'", ...readSignalROrigins()].join(" ")}`,
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join("; ");
}

/** `coverage` and `coverage/` ask for the page in that folder, nothing for the first page. */
function toFilePath(asked: string): string {
  const page = posix.join(asked, "index.html");
  return files.has(page) ? page : asked;
}

/** Serves one built file. */
export async function getPage(request: HttpRequest): Promise<HttpResponseInit> {
  const path = toFilePath(request.params["file"] ?? "");
  const body = files.get(path);
  if (body === undefined) return { status: 404 };
  return {
    body,
    headers: {
      "content-type": CONTENT_TYPES[extname(path)] ?? "application/octet-stream",
      // Built assets carry a hash in their name, the page does not.
      "cache-control": path.startsWith("assets/") ? "public, max-age=31536000, immutable" : "no-cache",
      "content-security-policy": toContentSecurityPolicy(),
      "x-content-type-options": "nosniff",
      "referrer-policy": "no-referrer",
    },
  };
}

app.http("getPage", { route: "app/{*file}", methods: ["GET"], authLevel: "anonymous", handler: getPage });
app.http("getRoot", {
  route: "{ignored:maxlength(0)?}",
  methods: ["GET"],
  authLevel: "anonymous",
  handler: async () => ({ status: 302, headers: { location: "/app/" } }),
});
