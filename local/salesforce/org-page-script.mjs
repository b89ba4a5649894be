/** The org's page: asks for the state each second while somebody looks, and shows it. Runs in browsers. */
import { call, Refusal, showAnswering } from "./org-page-call.mjs";
import { wireChange, wireCreation, wireMessages } from "./org-page-forms.mjs";
import { createList } from "./org-page-list.mjs";
import { showApi, showMessages, showRun, wireFaults } from "./org-page-panels.mjs";

const EVERY_MS = 1_000;
const DURING_A_RUN_MS = 250;

let asked = 0;
let timer;
let everyMs = EVERY_MS;

const list = createList({ refresh, change: wireChange({ refresh }) });
const showEndpoint = wireMessages({ refresh });
const showFaults = wireFaults({ refresh });
wireCreation({ refresh, watchRun: () => void refresh() });

function show(state) {
  list.show(state);
  showEndpoint(state.messages.endpoint);
  showMessages(state.messages);
  showApi(state.api);
  showRun(state.run);
  showFaults(state.faults);
  everyMs = state.run === null ? EVERY_MS : DURING_A_RUN_MS;
}

/** Asks now, and from then on each second; of several answers only that to the latest question is shown. */
async function refresh() {
  clearTimeout(timer);
  const number = ++asked;
  try {
    const state = await call("GET", `state?${list.query()}`);
    if (number !== asked) return;
    showAnswering(true);
    show(state);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    if (number === asked) showAnswering(false);
  } finally {
    if (number === asked && document.visibilityState === "visible")
      timer = setTimeout(() => void refresh(), everyMs);
  }
}

document.addEventListener("visibilitychange", () => {
  if (document.visibilityState === "visible") void refresh();
  else clearTimeout(timer);
});
// On a phone the orders are what one came for.
if (matchMedia("(max-width: 44rem)").matches) document.querySelector(".latest").open = false;
void refresh();
