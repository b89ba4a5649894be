/** The figures beside the orders, and what should go wrong. Runs in browsers. */
import { at, attempt, call, countOf, say, setText, showProblem, toNumberText } from "./org-page-call.mjs";
import { toTimeText } from "./org-page-list.mjs";

/** Shows the queue of outbound messages and its latest messages. */
export function showMessages(messages) {
  for (const figure of document.querySelectorAll("[data-figure]")) {
    const count = messages[figure.dataset.figure];
    setText(figure, toNumberText(count));
    figure.classList.toggle("bad", figure.dataset.figure === "dropped" && count > 0);
  }
  const { oldestPendingAt, endpoint, pending, latest } = messages;
  const waits = oldestPendingAt === undefined ? "" : `The oldest waits since ${toTimeText(oldestPendingAt)}.`;
  setText(at("oldest"), pending > 0 && endpoint === null ? "They wait: there is no endpoint yet." : waits);
  at("no-messages").hidden = latest.length > 0;
  const list = at("messages");
  while (list.children.length > latest.length) list.lastElementChild.remove();
  while (list.children.length < latest.length)
    list.append(at("message").content.firstElementChild.cloneNode(true));
  latest.forEach((message, index) => fillMessage(list.children[index], message));
}

function fillMessage(item, { status, notifications, at: sentAt, ms, reason }) {
  const field = (name) => item.querySelector(`[data-field=${name}]`);
  const isFailed = status === "failed";
  setText(field("status"), isFailed ? "Failed" : "Acknowledged");
  field("status").dataset.kind = status;
  setText(field("notifications"), countOf(notifications, "notification"));
  setText(field("when"), `${toTimeText(sentAt)}, ${toDuration(ms)}`);
  field("reason").hidden = !isFailed;
  setText(field("reason"), reason ?? "");
}

const toDuration = (ms) => (ms < 1_000 ? `${Math.round(ms)} ms` : `${(ms / 1_000).toFixed(1)} s`);

/** Shows how many API calls were used. */
export function showApi({ used, limit }) {
  setText(at("api-text"), `${toNumberText(used)} of ${toNumberText(limit)} calls used within 24 hours`);
  const meter = at("api-meter");
  Object.assign(meter, {
    max: limit,
    high: limit * 0.8,
    low: limit * 0.8,
    optimum: 0,
    value: Math.min(used, limit),
  });
}

const RUNNING = {
  create: "Creating orders",
  amount: "Changing amounts",
  status: "Moving orders on",
  activate: "Activating orders",
  advance: "Moving orders on",
};

/** Shows the run under way. */
export function showRun(run) {
  at("run").hidden = run === null;
  if (run === null) return;
  at("run").closest("details").open = true;
  setText(at("run-text"), `${RUNNING[run.what]}: ${toNumberText(run.done)} of ${toNumberText(run.total)}`);
  Object.assign(at("run-bar"), { max: run.total, value: run.done });
}

const NO_FAULTS = JSON.parse(at("faults").dataset.none);

/** Wires the faults, each of which holds as soon as it is set, and answers what shows them. */
export function wireFaults({ refresh }) {
  const form = at("faults");
  const place = form.querySelector(".problem");
  const touched = new Set();
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("input", (event) => touched.add(event.target));
  form.addEventListener("change", (event) => {
    const control = event.target;
    const label = control.labels[0].textContent;
    control.removeAttribute("aria-invalid");
    control.closest("p").after(place);
    if (!control.checkValidity()) {
      control.setAttribute("aria-invalid", "true");
      showProblem(place, `${label}: ${control.validationMessage}`);
      return;
    }
    void attempt(control, place, async () => {
      await call("PUT", "faults", { [control.name]: readControl(control) });
      say(`${label}: ${toSpoken(control)}.`);
    }).finally(() => {
      touched.delete(control);
      void refresh();
    });
  });
  at("no-faults").addEventListener("click", (event) => {
    void attempt(event.currentTarget, place, async () => {
      await call("PUT", "faults", NO_FAULTS);
      touched.clear();
      say("Nothing goes wrong any more.");
      await refresh();
    });
  });
  return (faults) => {
    const set = Object.keys(faults).filter((name) => faults[name] !== NO_FAULTS[name]);
    at("fault-count").parentElement.hidden = set.length === 0;
    setText(at("fault-count"), String(set.length));
    for (const control of form.querySelectorAll("[name]")) {
      if (!touched.has(control)) fillControl(control, faults[control.name]);
    }
  };
}

function toSpoken(control) {
  if (control.type === "checkbox") return control.checked ? "yes" : "no";
  if (control.type === "number")
    return `${control.value || control.placeholder} ${control.nextElementSibling?.textContent ?? ""}`.trim();
  return control.selectedOptions[0].textContent;
}

function readControl(control) {
  if (control.type === "checkbox") return control.checked;
  if (control.name === "unauthorized") return control.value;
  if (control.value === "") return NO_FAULTS[control.name];
  if (control.dataset.scale === undefined) return control.value;
  const value = Number(control.value) * Number(control.dataset.scale);
  return control.name === "duplicateShare" ? value : Math.round(value);
}

function fillControl(control, value) {
  if (control.type === "checkbox") {
    control.checked = value;
    return;
  }
  const scale = Number(control.dataset.scale ?? Number.NaN);
  const isEmpty = value === null || (value === 0 && NO_FAULTS[control.name] === 0);
  const text = isEmpty
    ? ""
    : Number.isNaN(scale)
      ? value
      : String(Math.round((value / scale) * 1_000) / 1_000);
  if (control.value !== text) control.value = text;
}
