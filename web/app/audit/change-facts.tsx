import type { Timeline } from "../../../src/domain/audit.ts";
import type { OrderChange } from "../../../src/domain/order-change.ts";
import type { FieldChange } from "../../../src/domain/transition.ts";
import { toRouteWords } from "./change-words.ts";

/** What was new about the order, and all that Salesforce told of it. */
export function ChangeFacts({ timeline }: { timeline: Timeline }) {
  const { change, transition, transitionText } = timeline;
  const changes = transition?.outcome === "news" ? transition.changes : [];
  if (change === null && changes.length === 0) return null;
  return (
    <section class="card part" aria-labelledby="change-title">
      <h2 id="change-title">What changed</h2>
      {changes.length === 0 && transitionText !== null && <p>{transitionText}</p>}
      {transition?.outcome === "news" && transition.uncertain && (
        <p class="soft">
          Two versions of the order carry the same time stamp; they were taken in the order in which they
          arrived.
        </p>
      )}
      {changes.length > 0 && <FieldChanges changes={changes} />}
      {change !== null && <AllFields change={change} />}
    </section>
  );
}

function FieldChanges({ changes }: { changes: readonly FieldChange[] }) {
  return (
    <table class="fields">
      <caption class="visually-hidden">Fields that changed</caption>
      <thead>
        <tr>
          <th scope="col">Field</th>
          <th scope="col">Before</th>
          <th scope="col">After</th>
        </tr>
      </thead>
      <tbody>
        {changes.map(({ field, from, to }) => (
          <tr key={field}>
            <th scope="row">{field}</th>
            <td>
              <Value value={from} />
            </td>
            <td>
              <Value value={to} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function AllFields({ change }: { change: OrderChange }) {
  const { coreFields, otherFields, route, outboundMessageNotificationId } = change;
  const fields = [...Object.entries(coreFields), ...Object.entries(otherFields)];
  return (
    <details class="more-facts">
      <summary>All that Salesforce told ({fields.length} fields)</summary>
      <p class="soft">
        {toRouteWords(route)}
        {outboundMessageNotificationId !== undefined && (
          <>
            {" "}
            with the notification id <span class="id">{outboundMessageNotificationId}</span>
          </>
        )}
        .
      </p>
      <table class="fields">
        <caption class="visually-hidden">Fields of the order</caption>
        <thead>
          <tr>
            <th scope="col">Field</th>
            <th scope="col">Value</th>
          </tr>
        </thead>
        <tbody>
          {fields.map(([field, value]) => (
            <tr key={field}>
              <th scope="row">{field}</th>
              <td>
                <Value value={value} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </details>
  );
}

function Value({ value }: { value: string | null }) {
  return value === null ? <span class="soft">empty</span> : <>{value}</>;
}
