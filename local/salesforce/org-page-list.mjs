/** The table of orders: kept row by row, so that what has the focus keeps it. Runs in browsers. */
import { at, attempt, call, say, setText, showProblem, toNumberText } from "./org-page-call.mjs";

const money = new Intl.NumberFormat("en", { minimumFractionDigits: 2, maximumFractionDigits: 2 });
const day = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short" });
const clock = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", second: "2-digit" });

/** Local time; of another day with its date. */
export function toTimeText(instant) {
  const time = new Date(instant);
  const isToday = time.toDateString() === new Date().toDateString();
  return isToday ? clock.format(time) : `${day.format(time)}, ${clock.format(time)}`;
}

const DONE = {
  activate: (number) => `Order ${number} is activated.`,
  delete: (number) =>
    `Order ${number} is in the recycle bin. No outbound message tells of that: only a query does.`,
  undelete: (number) => `Order ${number} is restored.`,
};

/** Builds the list; `refresh` asks for the state again, `change` opens the form for an order. */
export function createList({ refresh, change }) {
  const table = at("orders");
  const body = table.tBodies[0];
  const shown = new Map();
  const view = { search: "", before: "" };
  let older = null;

  const go = (before) => {
    view.before = before;
    void refresh();
    // The buttons stand below the list, and may go.
    at("orders-title").focus();
  };
  at("older").addEventListener("click", () => go(older ?? ""));
  at("newest").addEventListener("click", () => go(""));
  at("search").addEventListener("submit", (event) => event.preventDefault());
  at("search-number").addEventListener("input", (event) => {
    const text = event.target.value.trim();
    const isNumber = /^\d{0,15}$/.test(text);
    showProblem(at("orders-problem"), isNumber ? undefined : "An order number has digits only.");
    if (!isNumber) return;
    Object.assign(view, { search: text, before: "" });
    void refresh();
  });

  body.addEventListener("click", (event) => {
    const button = event.target.closest("button[data-act]");
    const row = button?.closest("tr");
    const order = shown.get(row?.dataset.id)?.order;
    if (order === undefined) return;
    const { act } = button.dataset;
    if (act === "change") {
      change(order);
      return;
    }
    void attempt(button, at("orders-problem"), async () => {
      await call("POST", `orders/${order.id}/${act}`);
      say(DONE[act](order.number));
      await refresh();
      // The button that was pressed is gone now.
      if (button.hidden) row.querySelector("button:not([hidden])")?.focus();
    });
  });

  return {
    /** What to ask for. */
    query: () => new URLSearchParams(view).toString(),
    /** Shows a state. */
    show(state) {
      older = state.older;
      setText(at("order-count"), toNumberText(state.count));
      fillRows(body, shown, state.orders);
      const isEmpty = state.orders.length === 0;
      table.hidden = isEmpty;
      showBlank(at("blank"), isEmpty, view);
      at("newest").hidden = view.before === "";
      at("older").hidden = older === null;
    },
  };
}

function showBlank(blank, isEmpty, { search, before }) {
  blank.hidden = !isEmpty;
  const words = search
    ? `There is no order ${search}.`
    : before
      ? "There are no older orders."
      : "There are no orders yet. Create one above, and a message leaves for the endpoint.";
  setText(blank, words);
}

/** Both are in the same order, so no row ever moves: rows go, and rows come in between. */
function fillRows(body, shown, orders) {
  const wanted = new Set(orders.map(({ id }) => id));
  for (const [id, { row }] of shown) {
    if (wanted.has(id)) continue;
    row.remove();
    shown.delete(id);
  }
  let next = body.firstElementChild;
  for (const order of orders) {
    const known = shown.get(order.id);
    const row = known?.row ?? createRow(order.id);
    if (row === next) next = next.nextElementSibling;
    else body.insertBefore(row, next);
    shown.set(order.id, { row, order });
    fillRow(row, order);
  }
}

function createRow(id) {
  const row = at("order-row").content.firstElementChild.cloneNode(true);
  row.dataset.id = id;
  return row;
}

function fillRow(row, order) {
  const texts = {
    ...order,
    amount: money.format(order.amount),
    lastModified: toTimeText(order.lastModified),
  };
  for (const cell of row.querySelectorAll("[data-field]")) setText(cell, texts[cell.dataset.field]);
  const chip = row.querySelector(".chip");
  chip.dataset.kind = order.isDeleted ? "deleted" : order.status;
  if (order.isDeleted) setText(chip, "Deleted");
  row.classList.toggle("deleted", order.isDeleted);
  const offered = {
    activate: !order.isDeleted && order.statusCode === "Draft",
    change: !order.isDeleted,
    delete: !order.isDeleted,
    undelete: order.isDeleted,
  };
  for (const button of row.querySelectorAll("button")) {
    button.hidden = !offered[button.dataset.act];
    button.setAttribute("aria-label", `${button.textContent} order ${order.number}`);
  }
}
