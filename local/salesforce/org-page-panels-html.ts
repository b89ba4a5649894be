/** What stands beside the orders: the outbound message, the API, and what should go wrong. */
import { html } from "hono/html";
import { FAULT_GROUPS, type FaultControl } from "./org-page-faults.ts";
import { createOrgFaults } from "./org-faults.ts";

type Html = ReturnType<typeof html>;

/** The panels. */
export function sidePanels(): Html {
  return html`<aside aria-label="Messages, API and faults">
    ${messagesCard()}
    <div class="rest">${apiCard()} ${faultsCard()}</div>
  </aside>`;
}

function messagesCard(): Html {
  return html`<section class="card" aria-labelledby="messages-title">
    <h2 id="messages-title">Outbound message</h2>
    <form id="endpoint" novalidate>
      <label for="endpoint-url">Endpoint URL</label>
      <div class="joined">
        <input
          id="endpoint-url"
          name="url"
          type="url"
          required
          autocomplete="off"
          spellcheck="false"
          placeholder="http://127.0.0.1:7071/…"
        />
        <button class="quiet">Save</button>
      </div>
      <p class="problem" role="alert" hidden></p>
    </form>
    <dl class="figures">
      <div>
        <dt>Pending</dt>
        <dd data-figure="pending">–</dd>
      </div>
      <div>
        <dt>In flight</dt>
        <dd data-figure="inFlight">–</dd>
      </div>
      <div>
        <dt>Acknowledged</dt>
        <dd data-figure="acknowledged">–</dd>
      </div>
      <div>
        <dt>Dropped</dt>
        <dd data-figure="dropped">–</dd>
      </div>
    </dl>
    <p class="hint">
      Counted in notifications; in flight are messages with up to 100 of them. <span id="oldest"></span>
    </p>
    <button class="quiet" id="retry">Retry now</button>
    <p class="problem" id="retry-problem" role="alert" hidden></p>
    <details class="latest" open>
      <summary><h3>Latest messages</h3></summary>
      <p class="hint" id="no-messages">None has left since the start.</p>
      <ol id="messages"></ol>
    </details>
  </section>`;
}

function apiCard(): Html {
  return html`<section class="card" aria-labelledby="api-title">
    <h2 id="api-title">API</h2>
    <p class="hint" id="api-text">–</p>
    <meter id="api-meter" min="0" max="1" value="0" aria-labelledby="api-title"></meter>
  </section>`;
}

function faultsCard(): Html {
  return html`<section class="card">
    <details>
      <summary>
        <h2>
          What should go wrong?
          <span hidden><span class="count" id="fault-count"></span><span class="hidden"> set</span></span>
        </h2>
      </summary>
      <form id="faults" novalidate data-none="${JSON.stringify(createOrgFaults())}">
        ${FAULT_GROUPS.map(
          ({ title, controls }) =>
            html`<fieldset>
              <legend>${title}</legend>
              ${controls.map(faultControl)}
            </fieldset>`,
        )}
        <p class="problem" role="alert" hidden></p>
        <button type="button" class="quiet" id="no-faults">Nothing goes wrong</button>
      </form>
    </details>
  </section>`;
}

function faultControl(control: FaultControl): Html {
  const { name, label } = control;
  const id = `fault-${name}`;
  switch (control.kind) {
    case "switch":
      return html`<p class="fault">
        <label for="${id}">${label}</label><input type="checkbox" id="${id}" name="${name}" />
      </p>`;
    case "choice":
      return html`<p class="fault">
        <label for="${id}">${label}</label>
        <select id="${id}" name="${name}">
          ${control.choices.map(([value, text]) => html`<option value="${value}">${text}</option>`)}
        </select>
      </p>`;
    case "number":
      return html`<p class="fault">
        <label for="${id}">${label}</label>
        <span class="measure"
          ><input
            type="number"
            id="${id}"
            name="${name}"
            min="0"
            max="${control.max}"
            step="any"
            data-scale="${control.scale}"
            placeholder="${control.emptyMeans ?? "0"}"
            aria-describedby="${id}-unit"
          />
          ${control.unit === undefined ? "" : html`<span id="${id}-unit">${control.unit}</span>`}</span
        >
      </p>`;
  }
}

/** What the script makes an entry of the latest messages of. */
export function messageTemplate(): Html {
  return html`<template id="message"
    ><li>
      <span class="chip" data-field="status"></span><span data-field="notifications"></span>
      <span class="time" data-field="when"></span>
      <p class="reason" data-field="reason" hidden></p></li
  ></template>`;
}
