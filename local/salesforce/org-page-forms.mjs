/** The forms that make, change and route orders. Runs in browsers. */
import { at, attempt, call, countOf, onSend, say, showProblem } from "./org-page-call.mjs";

/** Wires new orders, one and many. */
export function wireCreation({ refresh, watchRun }) {
  onSend(at("create"), async (form) => {
    const { accountId, amount, region } = Object.fromEntries(new FormData(form));
    const draft = {
      accountId,
      amount: Number(amount),
      ...(region.trim() === "" ? {} : { region: region.trim() }),
    };
    const { order } = await call("POST", "orders", draft);
    say(`Order ${order.number} is created.`);
    await refresh();
  });

  const many = at("many");
  const label = () => {
    const count = Number(many.elements.count.value);
    const verb = many.elements.what.value === "create" ? "Create" : "Change";
    many.querySelector("[data-label]").textContent = `${verb} ${countOf(count, "order")}`;
  };
  many.addEventListener("input", label);
  label();
  onSend(many, async (form) => {
    const { what, count } = Object.fromEntries(new FormData(form));
    const wanted = Number(count);
    const asked =
      what === "create"
        ? call("POST", "orders", { count: wanted })
        : call("POST", "bulk", { count: wanted, change: what });
    watchRun();
    const { created, changed } = await asked;
    say(toRunWords(created, changed, wanted));
    await refresh();
  });
}

function toRunWords(created, changed, wanted) {
  if (created !== undefined) return `${countOf(created, "order")} created.`;
  if (changed === 0) return "No order can be changed so.";
  return changed < wanted
    ? `${countOf(changed, "order")} changed: there were no more.`
    : `${countOf(changed, "order")} changed.`;
}

/** Wires the form that changes one order, and answers what opens it. */
export function wireChange({ refresh }) {
  const dialog = at("change");
  const form = at("change-form");
  let order;
  at("change-cancel").addEventListener("click", () => dialog.close());
  onSend(form, async () => {
    const { amount, status, ownerId } = Object.fromEntries(new FormData(form));
    const now = { amount: Number(amount), status, ownerId };
    const changes = Object.fromEntries(Object.entries(now).filter(([name, value]) => value !== order[name]));
    if (Object.keys(changes).length > 0) await call("POST", `orders/${order.id}`, changes);
    dialog.close();
    say(Object.keys(changes).length > 0 ? `Order ${order.number} is saved.` : "Nothing was changed.");
    await refresh();
  });
  return (wanted) => {
    order = wanted;
    at("change-title").textContent = `Change order ${order.number}`;
    for (const name of ["amount", "status", "ownerId"]) form.elements[name].value = order[name];
    for (const field of form.elements) field.removeAttribute("aria-invalid");
    showProblem(form.querySelector(".problem"));
    say("");
    dialog.showModal();
    form.elements.amount.select();
  };
}

/** Wires where messages go, and answers what shows it. */
export function wireMessages({ refresh }) {
  const form = at("endpoint");
  const box = form.elements.url;
  let saved = "";
  onSend(form, async () => {
    const { endpoint } = await call("PUT", "endpoint", { url: box.value.trim() });
    saved = endpoint;
    say("Messages go to this endpoint now.");
    await refresh();
  });
  at("retry").addEventListener("click", (event) => {
    void attempt(event.currentTarget, at("retry-problem"), async () => {
      const { pending } = await call("POST", "retry");
      say(pending === 0 ? "Nothing waits to be sent." : `${countOf(pending, "notification")} tried again.`);
      await refresh();
    });
  });
  return (endpoint) => {
    const isUntouched = box.value === saved;
    saved = endpoint ?? "";
    if (isUntouched && document.activeElement !== box && box.value !== saved) box.value = saved;
  };
}
