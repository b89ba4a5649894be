/** The card of the runtime's page that tells what the app measures. */
import { html } from "hono/html";
import type { Figure } from "../figures/collect-figures.ts";
import type { RuntimeOverview } from "./runtime-overview.ts";

type Html = ReturnType<typeof html>;

/** Nothing for an app that measures nothing. */
export function figuresCard({ figures, ratios }: RuntimeOverview): Html | string {
  if (figures.length === 0) return "";
  return html`<section>
    <h2>Figures</h2>
    <p class="soft">What the app measured since it was started.</p>
    <div class="scroll" tabindex="0" role="region" aria-label="Figures">
      <table>
        ${figures.map(row)}
        ${ratios.map(
          ({ name, value }) =>
            html`<tr>
              <th scope="row">${name}</th>
              <td>${value ?? "none yet"}</td>
              <td></td>
            </tr>`,
        )}
      </table>
    </div>
  </section>`;
}

function row({ name, description, unit, total, by, percentiles }: Figure): Html {
  const parts = Object.entries(by).map(([attributes, count]) => `${toWords(attributes)} ${count}`);
  const times = percentiles && `p50 ${round(percentiles.p50)} ${unit}, p99 ${round(percentiles.p99)} ${unit}`;
  return html`<tr>
    <th scope="row"><code>${name}</code></th>
    <td>
      ${total}${times === null ? "" : `, ${times}`}
      <div class="soft">${description}</div>
    </td>
    <td class="soft">${parts.join(", ")}</td>
  </tr>`;
}

/** `table=Inbox operation=get` → `Inbox get`. */
function toWords(attributes: string): string {
  return attributes.replaceAll(/(^| )[^= ]+=/g, "$1");
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
