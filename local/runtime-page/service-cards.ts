/** The cards of the runtime's page that tell of the services around the app. */
import { html } from "hono/html";
import type { RuntimeOverview } from "./runtime-overview.ts";

type Html = ReturnType<typeof html>;

/** How many orchestrations there are, by status. */
export function orchestrationsCard({
  taskHub,
  orchestrations: { total, isPartial, byStatus },
}: RuntimeOverview): Html {
  const statuses = Object.entries(byStatus);
  return html`<section>
    <h2>Orchestrations <span class="count">${isPartial ? `more than ${total}` : total}</span></h2>
    <p class="soft">Task hub ${taskHub}</p>
    ${numbers(statuses.map(([status, count]) => [status, count]))}
  </section>`;
}

/** The local SignalR service and who is connected. */
export function signalRCard({ signalR }: RuntimeOverview): Html {
  return html`<section>
    <h2>SignalR</h2>
    ${
      signalR === null
        ? html`<p class="soft">The local service is not running: the app does not ask for it.</p>`
        : html`<p class="soft">${signalR.url}</p>
            ${
              signalR.hubs.length === 0
                ? html`<p class="soft">Nobody is connected.</p>`
                : numbers(signalR.hubs.map(({ hub, connections }) => [hub, connections]))
            }`
    }
  </section>`;
}

/** The simulated Salesforce org, if there is one. */
export function salesforceCard({ salesforce }: RuntimeOverview): Html | string {
  if (salesforce === null) return "";
  const { url, orders, pending, acknowledged, dropped } = salesforce;
  return html`<section>
    <h2>Salesforce, simulated</h2>
    <p class="soft"><a href="${url}">${url}</a></p>
    ${numbers([
      ["orders", orders],
      ["notifications waiting", pending],
      ["acknowledged", acknowledged],
      ["dropped", dropped],
    ])}
  </section>`;
}

function numbers(rows: readonly (readonly [string, number])[]): Html {
  return html`<dl class="numbers">
    ${rows.map(
      ([name, count]) =>
        html`<div>
          <dt>${name}</dt>
          <dd>${count}</dd>
        </div>`,
    )}
  </dl>`;
}
