/** The look of the sign-in pages, and the content security policy that lets exactly this style through. */
import { createHash } from "node:crypto";

/** The bell; on the page it takes the accent colour, as a tab icon one that shows on light and dark. */
export const PAGE_ICON = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24" width="32" height="32" aria-hidden="true"><path fill="#d97706" d="M12 2a2 2 0 0 0-2 2v.3A6.5 6.5 0 0 0 5.5 10.5V15L4 17v1h16v-1l-1.5-2v-4.5A6.5 6.5 0 0 0 14 4.3V4a2 2 0 0 0-2-2Zm-2.5 17.5a2.5 2.5 0 0 0 5 0Z"/></svg>`;

/** The style sheet, light and dark. */
export const PAGE_STYLE = `
:root {
  color-scheme: light dark;
  --page: #f4f4f5; --card: #fff; --line: #d4d4d8; --field: #8a8a94; --ink: #18181b; --soft: #52525b;
  --accent: #b45309; --on-accent: #fff; --tint: #fef3e2; --bad: #b91c1c; --bad-tint: #fef2f2;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #111113; --card: #1b1b1f; --line: #34343b; --field: #6f6f7a; --ink: #f4f4f5; --soft: #b0b0ba;
    --accent: #f59e0b; --on-accent: #1c1303; --tint: #2a2115; --bad: #fca5a5; --bad-tint: #2d1717;
  }
}
* { box-sizing: border-box; margin: 0; }
body { min-height: 100vh; padding: 3rem 1rem; background: var(--page); color: var(--ink);
  font: 1rem/1.5 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; }
main { max-width: 27rem; margin: 0 auto; padding: 2rem; background: var(--card);
  border: 1px solid var(--line); border-radius: 1rem; }
header { display: flex; align-items: center; gap: .625rem; }
header path { fill: var(--accent); }
h1 { font-size: 1.5rem; line-height: 1.2; letter-spacing: -.01em; }
h2 { font-size: 1rem; }
.lead { margin: .5rem 0 1.25rem; color: var(--soft); }
.people { list-style: none; padding: 0; display: grid; gap: .625rem; }
.people button { width: 100%; display: flex; align-items: center; gap: .875rem; padding: .75rem .875rem;
  background: none; border: 1px solid var(--line); border-radius: .75rem; color: inherit; font: inherit;
  text-align: left; cursor: pointer; }
.people button:hover { border-color: var(--accent); background: var(--tint); }
.initials { flex: none; display: grid; place-items: center; width: 2.5rem; height: 2.5rem; border-radius: 50%;
  background: var(--tint); color: var(--accent); font-size: .875rem; font-weight: 650; }
.who { flex: 1; min-width: 0; display: grid; overflow-wrap: anywhere; }
.name { font-weight: 600; }
.what, .roles { font-size: .875rem; color: var(--soft); }
.roles { color: var(--accent); }
.arrow { color: var(--soft); }
.someone-else h2 { margin-bottom: 1rem; }
form + .someone-else { margin-top: 1.5rem; padding-top: 1.5rem; border-top: 1px solid var(--line); }
label { display: block; margin: .875rem 0 .25rem; font-size: .9375rem; font-weight: 550; }
.optional { color: var(--soft); font-weight: 400; font-size: .875rem; }
.someone-else input { width: 100%; padding: .5rem .75rem; background: var(--card); color: inherit; font: inherit;
  border: 1px solid var(--field); border-radius: .5rem; }
.hint { margin-top: .25rem; font-size: .8125rem; color: var(--soft); }
.primary { display: block; width: 100%; margin-top: 1.25rem; padding: .625rem 1rem; border: 0; border-radius: .5rem;
  background: var(--accent); color: var(--on-accent); font: inherit; font-weight: 600; text-align: center;
  text-decoration: none; cursor: pointer; }
.primary:hover { filter: brightness(1.08); }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
.problems { list-style: none; margin-bottom: 1rem; padding: .625rem .875rem; border-radius: .5rem;
  background: var(--bad-tint); color: var(--bad); font-size: .9375rem; }
.note { margin-top: 1.5rem; padding-top: 1.25rem; border-top: 1px solid var(--line); font-size: .8125rem;
  color: var(--soft); }
@media (max-width: 30rem) { body { padding: 0; background: var(--card); } main { border: 0; padding: 1.5rem 1.25rem; } }
`;

/** Nothing but this style, its icon, and forms that post back here. */
export const PAGE_CSP = [
  "default-src 'none'",
  `style-src 'sha256-${createHash("sha256").update(PAGE_STYLE).digest("base64")}'`,
  "img-src data:",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join("; ");
