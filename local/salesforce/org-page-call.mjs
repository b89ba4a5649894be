/** How the page asks the org for something, and how it says what came of it. Runs in browsers. */

/** The org refused or does not answer; the message is for people. */
export class Refusal extends Error {}

const NO_ANSWER = "The org does not answer.";

/** The element of that id. */
export const at = (id) => document.getElementById(id);

/** Sends a request and answers its JSON; throws Refusal. */
export async function call(method, path, body) {
  const sent =
    method === "GET"
      ? {}
      : { headers: { "content-type": "application/json" }, body: JSON.stringify(body ?? {}) };
  let response;
  try {
    const limit = method === "GET" ? { signal: AbortSignal.timeout(10_000) } : {};
    response = await fetch(`/simulation/${path}`, { method, ...sent, ...limit });
  } catch {
    throw new Refusal(NO_ANSWER);
  }
  const answer = await response.json().catch(() => ({}));
  if (response.ok) return answer;
  throw new Refusal(answer.words ?? `The org failed with status ${response.status}; its log says how.`);
}

let silence;

/** Says a result at the foot of the page, and to screen readers. */
export function say(text) {
  const said = at("said");
  clearTimeout(silence);
  // The same words twice are news twice.
  said.textContent = "";
  requestAnimationFrame(() => (said.textContent = text));
  silence = setTimeout(() => (said.textContent = ""), 8_000);
}

/** Shows a problem in its place, or takes it away. */
export function showProblem(place, text) {
  place.hidden = text === undefined;
  place.textContent = text ?? "";
}

/** Shows whether the org answers; once it does again, nothing on the page says otherwise. */
export function showAnswering(answers) {
  if (at("gone").hidden === answers) return;
  at("gone").hidden = answers;
  if (!answers) return;
  for (const place of document.querySelectorAll(".problem"))
    if (place.textContent === NO_ANSWER) showProblem(place);
}

/** Does `action` once at a time while `control` is marked busy; a refusal is shown in `place`. */
export async function attempt(control, place, action) {
  if (control.getAttribute("aria-disabled") === "true") return;
  control.setAttribute("aria-disabled", "true");
  showProblem(place);
  try {
    await action();
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    showProblem(place, error.message);
  } finally {
    control.removeAttribute("aria-disabled");
  }
}

/** Calls `action` with the form when it is sent and its values are allowed; says beside it what is wrong. */
export function onSend(form, action) {
  const place = form.querySelector(".problem");
  const button = form.querySelector("button:not([type=button])");
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    for (const field of form.elements) field.removeAttribute("aria-invalid");
    const wrong = [...form.elements].find((field) => field.matches(":invalid:not(fieldset)"));
    if (wrong === undefined) {
      void attempt(button, place, () => action(form));
      return;
    }
    wrong.setAttribute("aria-invalid", "true");
    showProblem(place, `${wrong.labels[0]?.textContent ?? ""}: ${wrong.validationMessage}`);
    wrong.focus();
  });
}

/** Sets a text only when it is another: what does not change is not touched, nor read out again. */
export function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

const whole = new Intl.NumberFormat("en");

/** A number of things, `1,000 orders`. */
export const countOf = (count, one) => `${whole.format(count)} ${one}${count === 1 ? "" : "s"}`;

/** A whole number with its thousands. */
export const toNumberText = (count) => whole.format(count);
