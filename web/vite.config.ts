/** Builds what browsers load. No inline scripts, styles or images: the pages are served under a strict CSP. */
import { resolve } from "node:path";
import { defineConfig } from "vite";

export default defineConfig({
  root: resolve(import.meta.dirname, "app"),
  base: "/app/",
  publicDir: false,
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  build: {
    outDir: resolve(import.meta.dirname, "../dist/web/app"),
    emptyOutDir: true,
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      input: {
        inbox: resolve(import.meta.dirname, "app/index.html"),
        coverage: resolve(import.meta.dirname, "app/coverage/index.html"),
        audit: resolve(import.meta.dirname, "app/audit/index.html"),
      },
    },
  },
});
