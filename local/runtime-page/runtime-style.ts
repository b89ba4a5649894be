/** The look of the runtime's page, a sister of the sign-in page, and the policy that lets exactly this style through. */
import { createHash } from "node:crypto";

/** The style sheet, light and dark. */
export const RUNTIME_STYLE = `
:root {
  color-scheme: light dark;
  --page: #f4f4f5; --card: #fff; --line: #e4e4e7; --ink: #18181b; --soft: #52525b;
  --accent: #b45309; --tint: #fef3e2; --good: #15803d; --bad: #b91c1c; --bad-tint: #fef2f2; --bad-line: #fecaca;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #111113; --card: #1b1b1f; --line: #2c2c33; --ink: #f4f4f5; --soft: #b0b0ba;
    --accent: #f59e0b; --tint: #2a2115; --good: #4ade80; --bad: #fca5a5; --bad-tint: #2d1717; --bad-line: #5b2626;
  }
}
* { box-sizing: border-box; margin: 0; }
body { padding: 2.5rem 1rem 4rem; background: var(--page); color: var(--ink);
  font: 1rem/1.5 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; }
main { max-width: 60rem; margin: 0 auto; display: grid; gap: 1rem; }
header { display: grid; grid-template-columns: auto 1fr; align-items: center; column-gap: .625rem; margin-bottom: .5rem; }
header path { fill: var(--accent); }
h1 { font-size: 1.5rem; line-height: 1.2; letter-spacing: -.01em; }
.lead { grid-column: 1 / -1; margin-top: .5rem; color: var(--soft); overflow-wrap: anywhere; }
.ok { color: var(--good); font-weight: 600; }
.ok::before { content: ""; display: inline-block; width: .5rem; height: .5rem; margin-right: .375rem; border-radius: 50%;
  background: currentColor; vertical-align: .0625rem; }
a { color: var(--accent); }
section { min-width: 0; padding: 1.25rem 1.5rem 1.5rem; background: var(--card); border: 1px solid var(--line);
  border-radius: 1rem; }
h2 { font-size: 1.0625rem; }
h3 { margin: 1.25rem 0 .25rem; font-size: .8125rem; font-weight: 600; color: var(--soft); }
.count { margin-left: .25rem; padding: .0625rem .5rem; border-radius: 1rem; background: var(--tint); color: var(--accent);
  font-size: .8125rem; font-weight: 600; font-variant-numeric: tabular-nums; }
.soft { color: var(--soft); font-size: .875rem; overflow-wrap: anywhere; }
.pair { display: grid; grid-template-columns: 1fr 1fr; gap: 1rem; }
.scroll { overflow-x: auto; }
table { width: 100%; border-collapse: collapse; font-size: .9375rem; table-layout: fixed; min-width: 40rem; }
th, td { padding: .4375rem .75rem .4375rem 0; border-top: 1px solid var(--line); text-align: left; vertical-align: top;
  overflow-wrap: anywhere; }
tr:first-child > * { border-top: 0; }
th { width: 30%; font-weight: 550; }
td:last-child { width: 26%; padding-right: 0; }
code { font: .875em/1.5 ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; }
.methods { font-size: .75rem; font-weight: 600; letter-spacing: .02em; color: var(--accent); margin-right: .25rem; }
dl { margin-top: .75rem; display: grid; gap: .375rem; }
dl > div { display: grid; grid-template-columns: 9rem 1fr; gap: .75rem; font-size: .9375rem; }
dt { color: var(--soft); }
dd { overflow-wrap: anywhere; }
.numbers > div { grid-template-columns: 1fr auto; padding-top: .375rem; border-top: 1px solid var(--line); }
.numbers dd { font-weight: 600; font-variant-numeric: tabular-nums; }
.names { list-style: none; margin-top: .75rem; padding: 0; display: flex; flex-wrap: wrap; gap: .375rem .5rem; }
.names li { padding: .0625rem .5rem; border: 1px solid var(--line); border-radius: .375rem; overflow-wrap: anywhere; }
.bad { background: var(--bad-tint); border-color: var(--bad-line); }
.bad h2 { color: var(--bad); }
.bad .count { background: none; border: 1px solid var(--bad-line); color: var(--bad); }
.bad ul { margin-top: .5rem; padding-left: 1.125rem; font-size: .9375rem; overflow-wrap: anywhere; }
.note { color: var(--soft); font-size: .875rem; }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
@media (max-width: 44rem) {
  .pair { grid-template-columns: 1fr; }
  section { padding: 1rem 1.125rem 1.25rem; }
  table, tbody, tr, th, td { display: block; width: auto; min-width: 0; }
  td:last-child { width: auto; }
  th, td { padding: 0; border: 0; }
  tr { padding: .5rem 0; border-top: 1px solid var(--line); }
  tr:first-child { border-top: 0; }
  td:empty { display: none; }
  dl:not(.numbers) > div { grid-template-columns: 8.5rem 1fr; gap: .5rem; }
}
`;

/** Nothing but this style and its icon. */
export const RUNTIME_CSP = [
  "default-src 'none'",
  `style-src 'sha256-${createHash("sha256").update(RUNTIME_STYLE).digest("base64")}'`,
  "img-src data:",
  "form-action 'none'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join("; ");
