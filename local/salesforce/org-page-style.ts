/** The look of the org's page, a sister of the sign-in page: light and dark, from 1,280 pixels down to 400. */

/** The style sheet. */
export const ORG_PAGE_STYLE = `
:root {
  color-scheme: light dark;
  --page: #f4f4f5; --card: #fff; --line: #e4e4e7; --field: #8a8a94; --ink: #18181b; --soft: #52525b; --hover: #f4f4f5;
  --accent: #b45309; --on-accent: #fff; --tint: #fef3e2; --good: #166534; --good-tint: #e7f6ec;
  --bad: #b91c1c; --bad-tint: #fef2f2; --said: #27272a; --on-said: #fafafa;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #111113; --card: #1b1b1f; --line: #2c2c33; --field: #6f6f7a; --ink: #f4f4f5; --soft: #b0b0ba; --hover: #26262b;
    --accent: #f59e0b; --on-accent: #1c1303; --tint: #2a2115; --good: #86efac; --good-tint: #14291c;
    --bad: #fca5a5; --bad-tint: #2d1717; --said: #e4e4e7; --on-said: #18181b;
  }
}
* { box-sizing: border-box; margin: 0; }
[hidden] { display: none !important; }
body { background: var(--page); color: var(--ink); padding-bottom: 5rem;
  font: .9375rem/1.5 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; }
.hidden { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.bar { display: flex; flex-wrap: wrap; align-items: center; gap: .25rem .625rem; max-width: 80rem; margin: 0 auto; padding: 1.5rem 1.5rem 1.25rem; }
.bar path { fill: var(--accent); }
.bar .org { margin-left: auto; color: var(--soft); }
h1 { font-size: 1.375rem; line-height: 1.2; letter-spacing: -.01em; }
.simulated { color: var(--accent); }
h2 { font-size: 1rem; font-weight: 650; }
h3 { font-size: .875rem; font-weight: 600; }
code { font: .875em/1.5 ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; }
main { display: grid; grid-template: "create side" auto "orders side" 1fr / minmax(0, 1fr) 21rem; gap: 1rem; align-items: start;
  max-width: 80rem; margin: 0 auto; padding: 0 1.5rem; }
.create { grid-area: create; }
.orders { grid-area: orders; container-type: inline-size; }
aside, .rest { display: grid; gap: 1rem; min-width: 0; }
aside { grid-area: side; }
.card { min-width: 0; padding: 1.25rem 1.5rem; background: var(--card); border: 1px solid var(--line); border-radius: 1rem; }
.gone { max-width: 77rem; margin: 0 auto 1rem; padding: .625rem 1rem; border-radius: .5rem; background: var(--bad-tint); color: var(--bad); font-weight: 550; }

label, legend { font-size: .8125rem; font-weight: 550; color: var(--soft); }
p > label { display: block; margin-bottom: .25rem; }
input, select { width: 100%; height: 2.25rem; padding: 0 .625rem; background: var(--card); color: inherit; font: inherit;
  border: 1px solid var(--field); border-radius: .5rem; }
input::placeholder { color: var(--soft); opacity: .85; }
[aria-invalid=true] { border-color: var(--bad); }
input[type=checkbox] { width: 1.125rem; height: 1.125rem; padding: 0; accent-color: var(--accent); }
input[type=number] { font-variant-numeric: tabular-nums; }
button { font: inherit; color: inherit; background: none; border: 0; cursor: pointer; }
.primary, .quiet { height: 2.25rem; padding: 0 1rem; border-radius: .5rem; font-weight: 600; white-space: nowrap; }
.primary { background: var(--accent); color: var(--on-accent); }
.primary:hover { filter: brightness(1.08); }
.quiet { border: 1px solid var(--field); background: var(--card); font-weight: 550; }
.quiet:hover { background: var(--hover); }
[aria-disabled=true] { cursor: progress; opacity: .65; }
.link { padding: .25rem .375rem; margin: -.25rem 0; border-radius: .375rem; color: var(--accent); font-size: .875rem; font-weight: 550; }
[data-act]:not([data-act=activate], [data-act=undelete]) { color: var(--soft); }
.link:hover { text-decoration: underline; text-underline-offset: 3px; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
h2:focus { outline: none; }
.hint { margin-top: .5rem; color: var(--soft); font-size: .8125rem; }
.problem { margin-top: .5rem; padding: .5rem .75rem; border-radius: .5rem; background: var(--bad-tint); color: var(--bad); font-size: .875rem; overflow-wrap: anywhere; }
.line { display: flex; flex-wrap: wrap; align-items: end; gap: .75rem; margin-top: .75rem; }
.line > p { flex: 1 1 9rem; }
.line > .problem { flex: 1 0 100%; margin: 0; }
summary { cursor: pointer; }
summary > * { display: inline; margin-left: .125rem; }
.many { margin-top: 1.25rem; padding-top: 1rem; border-top: 1px solid var(--line); }
.many summary h2 { font-size: .9375rem; font-weight: 600; }
.run { margin-top: .75rem; }
progress, meter { display: block; width: 100%; height: .625rem; margin-top: .375rem; accent-color: var(--accent); }
.count { margin-left: .25rem; padding: .0625rem .5rem; border-radius: 1rem; background: var(--tint); color: var(--accent);
  font-size: .8125rem; font-weight: 600; font-variant-numeric: tabular-nums; }
.count:empty { display: none; }

.head { display: flex; flex-wrap: wrap; align-items: center; gap: .5rem 1rem; margin-bottom: .75rem; }
#search { display: flex; align-items: center; gap: .625rem; margin-left: auto; }
#search label { white-space: nowrap; }
#search input { width: 9rem; }
table { width: 100%; border-collapse: collapse; }
th, td { padding: .5rem .75rem .5rem 0; border-top: 1px solid var(--line); text-align: left; font-weight: 400; }
th:nth-child(3) { width: 7.25rem; }
th:nth-child(7) { width: 13.5rem; }
thead th { border-top: 0; color: var(--soft); font-size: .8125rem; font-weight: 550; white-space: nowrap; }
tbody th { font-weight: 600; }
tbody th, .number, .time { font-variant-numeric: tabular-nums; white-space: nowrap; }
.number { text-align: right; padding-right: 1.25rem; }
.time { color: var(--soft); font-size: .875rem; }
.actions { text-align: right; white-space: nowrap; padding-right: 0; }
.deleted > :not(.actions) { color: var(--soft); }
.deleted th, .deleted .number { text-decoration: line-through; }
.chip { display: inline-block; padding: .0625rem .5rem; border-radius: 1rem; border: 1px solid var(--line); font-size: .8125rem; font-weight: 550;
  white-space: nowrap; color: var(--soft); }
.chip[data-kind="In Approval"] { background: var(--tint); border-color: transparent; color: var(--accent); }
.chip[data-kind=Activated], .chip[data-kind=acknowledged] { background: var(--good-tint); border-color: transparent; color: var(--good); }
.chip[data-kind=Fulfilled] { border-color: currentColor; color: var(--good); }
.chip[data-kind=failed] { background: var(--bad-tint); border-color: transparent; color: var(--bad); }
.blank { padding: 3.5rem 1rem; text-align: center; color: var(--soft); text-wrap: balance; }
.pages { display: flex; justify-content: center; gap: .75rem; }
.pages > :not([hidden]) { margin-top: 1rem; }

#endpoint { margin-top: .75rem; }
.joined { display: flex; gap: .5rem; margin-top: .25rem; }
.figures { display: grid; grid-template-columns: 1fr 1fr; gap: .75rem 1rem; margin-top: 1.25rem; }
.figures dt { color: var(--soft); font-size: .8125rem; }
.figures dd { margin: 0; font-size: 1.375rem; font-weight: 650; line-height: 1.2; font-variant-numeric: tabular-nums; }
.figures .bad { color: var(--bad); }
#retry { margin-top: .75rem; }
.latest { margin-top: 1rem; padding-top: .875rem; border-top: 1px solid var(--line); }
ol { list-style: none; padding: 0; margin-top: .25rem; }
li { display: flex; flex-wrap: wrap; align-items: baseline; gap: .125rem .5rem; padding: .4375rem 0; font-size: .875rem; }
li + li { border-top: 1px solid var(--line); }
li .time { width: 100%; font-size: .8125rem; }
.reason { width: 100%; color: var(--bad); font-size: .8125rem; overflow-wrap: anywhere; }
fieldset { min-width: 0; margin-top: 1rem; padding: 0; border: 0; }
legend { padding: 0; color: var(--ink); font-weight: 600; }
.fault { display: flex; align-items: center; justify-content: space-between; gap: .75rem; min-height: 2.25rem; margin-top: .5rem; }
.fault label { flex: 1; margin: 0; }
.fault select { flex: none; width: 8rem; }
.measure { flex: none; display: flex; align-items: center; gap: .375rem; color: var(--soft); font-size: .8125rem; }
.measure input { width: 5rem; }
.measure input:last-child { width: 8rem; }
#no-faults { margin-top: 1rem; }

dialog { width: min(24rem, calc(100vw - 2rem)); margin: auto; padding: 1.5rem; border: 1px solid var(--line); border-radius: 1rem; background: var(--card); color: inherit; }
dialog::backdrop { background: rgb(0 0 0 / 45%); }
dialog p { margin-top: .875rem; }
.buttons { display: flex; justify-content: end; gap: .625rem; margin-top: 1.5rem; }
.said { position: fixed; z-index: 2; bottom: 1.5rem; left: 50%; translate: -50% 0; width: max-content; max-width: calc(100vw - 2rem); padding: .625rem 1rem;
  border-radius: .5rem; background: var(--said); color: var(--on-said); font-weight: 550; animation: rise .18s ease-out; }
.said:empty { padding: 0; animation: none; }
@keyframes rise { from { opacity: 0; transform: translateY(.5rem); } }
@media (prefers-reduced-motion: reduce) { .said { animation: none; } }

@media (max-width: 72rem) {
  main { grid-template: "create" auto "side" auto "orders" auto / minmax(0, 1fr); }
  aside { grid-template-columns: repeat(auto-fit, minmax(min(20rem, 100%), 1fr)); align-items: start; }
}
@media (max-width: 44rem) {
  .bar { padding: 1rem; }
  .bar .org { margin-left: 0; width: 100%; }
  main { padding: 0 .75rem; gap: .75rem; }
  aside, .rest { gap: .75rem; }
  .card { padding: 1rem; }
  .gone { margin: 0 .75rem .75rem; }
  .line > button { flex: 1 0 100%; }
  #search { margin-left: 0; width: 100%; }
  #search input { flex: 1; width: auto; }
}
@container (max-width: 46rem) {
  thead { display: none; }
  table, tbody { display: block; }
  tr { display: grid; grid-template-columns: 1fr auto; gap: .125rem .75rem; padding: .75rem 0; border-top: 1px solid var(--line); }
  tr:first-child { border-top: 0; padding-top: 0; }
  th, td { padding: 0; border: 0; }
  td:nth-child(3) { grid-area: 1 / 2; justify-self: end; }
  td.number { justify-self: end; padding: 0; font-weight: 550; }
  td.time { justify-self: end; }
  .actions { grid-column: 1 / -1; text-align: left; margin: .25rem 0 0 -.375rem; }
  .link { padding: .5rem; margin: 0; }
}
`;
