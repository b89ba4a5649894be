/** The org's page as HTML: its shell, its forms, and the templates that its script fills from the JSON. */
import { html, raw } from "hono/html";
import { STATUS_CODES } from "./order-fields.ts";
import { messageTemplate, sidePanels } from "./org-page-panels-html.ts";
import type { NamedRecord, Org } from "./org.ts";

type Html = ReturnType<typeof html>;

/** A cloud of our own, so that nobody takes the tab for the real thing or for the app. */
const ICON = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24" width="32" height="32" aria-hidden="true"><path fill="#d97706" d="M7 19a5 5 0 0 1-.6-9.96A6.5 6.5 0 0 1 18.9 10.6 4.25 4.25 0 0 1 17.75 19H7Z"/></svg>`;

/** The whole page. */
export function toOrgPageHtml(org: Org): Html {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>Orders – Salesforce (simulated)</title>
        <link rel="icon" href="data:image/svg+xml,${encodeURIComponent(ICON)}" />
        <link rel="stylesheet" href="/simulation/org-page.css" />
        <script type="module" src="/simulation/org-page-script.mjs"></script>
      </head>
      <body>
        <header class="bar">
          ${raw(ICON)}
          <h1>Salesforce <span class="simulated">(simulated)</span></h1>
          <p class="org">Org <code>${org.organizationId}</code></p>
        </header>
        <p id="gone" class="gone" role="alert" hidden>
          The org does not answer. What you see may be old; the page keeps trying.
        </p>
        <noscript><p class="gone">This page needs JavaScript.</p></noscript>
        <main>${createCard(org)} ${sidePanels()} ${ordersCard()}</main>
        <p id="said" class="said" role="status"></p>
        ${changeDialog(org)} ${rowTemplate()} ${messageTemplate()}
      </body>
    </html>`;
}

function createCard({ accounts }: Org): Html {
  return html`<section class="card create" aria-labelledby="create-title">
    <h2 id="create-title">New order</h2>
    <form id="create" class="line" novalidate>
      <p>
        <label for="new-account">Account</label>
        <select id="new-account" name="accountId">
          ${options(accounts)}
        </select>
      </p>
      <p>
        <label for="new-amount">Amount</label>
        <input id="new-amount" name="amount" type="number" step="0.01" value="1200" required />
      </p>
      <p>
        <label for="new-region">Region</label>
        <input id="new-region" name="region" maxlength="80" list="regions" autocomplete="off" />
      </p>
      <datalist id="regions">
        <option value="EMEA"></option>
        <option value="AMER"></option>
        <option value="APAC"></option>
      </datalist>
      <button class="primary">Create order</button>
      <p class="problem" role="alert" hidden></p>
    </form>
    <details class="many">
      <summary><h2>Many at once</h2></summary>
      <form id="many" class="line" novalidate>
        <p>
          <label for="many-count">Orders</label>
          <input
            id="many-count"
            name="count"
            type="number"
            min="1"
            max="10000"
            step="1"
            value="1000"
            required
          />
        </p>
        <p>
          <label for="many-what">What to do</label>
          <select id="many-what" name="what">
            <option value="create">Create them</option>
            <option value="amount">Change their amount</option>
            <option value="status">Move their status on</option>
            <option value="activate">Activate the drafts</option>
          </select>
        </p>
        <button class="quiet" data-label></button>
        <p class="problem" role="alert" hidden></p>
      </form>
      <p class="hint">
        Changes take the newest orders that allow them. Each transaction saves 200 records, as in Salesforce’s
        API.
      </p>
      <div id="run" class="run" hidden>
        <label for="run-bar" id="run-text"></label><progress id="run-bar"></progress>
      </div>
    </details>
  </section>`;
}

function ordersCard(): Html {
  return html`<section class="card orders" aria-labelledby="orders-title">
    <div class="head">
      <h2 id="orders-title" tabindex="-1">Orders <span class="count" id="order-count"></span></h2>
      <form id="search" role="search">
        <label for="search-number">Find by number</label>
        <input
          id="search-number"
          type="search"
          inputmode="numeric"
          autocomplete="off"
          placeholder="00000101"
        />
      </form>
    </div>
    <p class="problem" id="orders-problem" role="alert" hidden></p>
    <table id="orders" role="table" hidden>
      <thead>
        <tr>
          <th scope="col">Number</th>
          <th scope="col">Account</th>
          <th scope="col">Status</th>
          <th scope="col" class="number">Amount</th>
          <th scope="col">Owner</th>
          <th scope="col">Last modified</th>
          <th scope="col"><span class="hidden">Actions</span></th>
        </tr>
      </thead>
      <tbody role="rowgroup"></tbody>
    </table>
    <div class="blank" id="blank"><p>Loading the orders…</p></div>
    <div class="pages">
      <button class="quiet" id="newest" hidden>Newest</button
      ><button class="quiet" id="older" hidden>Older</button>
    </div>
  </section>`;
}

function changeDialog({ users }: Org): Html {
  const statuses = Object.keys(STATUS_CODES).map((status) => ({ Id: status, Name: status }));
  return html`<dialog id="change" aria-labelledby="change-title">
    <form id="change-form" novalidate>
      <h2 id="change-title">Change order</h2>
      <p>
        <label for="change-amount">Amount</label
        ><input id="change-amount" name="amount" type="number" step="0.01" required />
      </p>
      <p>
        <label for="change-status">Status</label
        ><select id="change-status" name="status">
          ${options(statuses)}
        </select>
      </p>
      <p>
        <label for="change-owner">Owner</label
        ><select id="change-owner" name="ownerId">
          ${options(users)}
        </select>
      </p>
      <p class="problem" role="alert" hidden></p>
      <div class="buttons">
        <button type="button" class="quiet" id="change-cancel">Cancel</button
        ><button class="primary">Save</button>
      </div>
    </form>
  </dialog>`;
}

function options(records: readonly NamedRecord[]): Html[] {
  return records.map(({ Id, Name }) => html`<option value="${Id}">${Name}</option>`);
}

/** The roles are said because on a narrow screen the rows are no table rows to look at. */
function rowTemplate(): Html {
  return html`<template id="order-row"
    ><tr role="row">
      <th scope="row" role="rowheader" data-field="number"></th>
      <td role="cell" data-field="account"></td>
      <td role="cell"><span class="chip" data-field="status"></span></td>
      <td role="cell" class="number" data-field="amount"></td>
      <td role="cell" data-field="owner"></td>
      <td role="cell" class="time" data-field="lastModified"></td>
      <td role="cell" class="actions">
        <button class="link" data-act="activate">Activate</button>
        <button class="link" data-act="change">Change</button>
        <button class="link" data-act="delete">Delete</button>
        <button class="link" data-act="undelete">Restore</button>
      </td>
    </tr></template
  >`;
}
