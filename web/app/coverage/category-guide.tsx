/** What each category means, and what to do. */
import { CATEGORIES } from "./coverage-words.ts";
import { Swatch } from "./swatch.tsx";

/** The text under the bars. */
export function CategoryGuide() {
  return (
    <section aria-labelledby="guide-title">
      <h2 id="guide-title">What this means</h2>
      <p class="lead">
        Salesforce tells us of a change by an outbound message within seconds, and we poll for changes on our
        own, so that a lost message is not a lost change. Each state that an order was in counts once here, in
        the window of its own time stamp in Salesforce. Both routes together never ring twice.
      </p>
      <ul class="guide">
        {CATEGORIES.map(({ id, title, meaning, advice }) => (
          <li key={id} class="card guide-item">
            <h3>
              <Swatch category={id} />
              {title}
            </h3>
            <p>{meaning}</p>
            <p>
              <strong>What to do:</strong> {advice}
            </p>
          </li>
        ))}
      </ul>
    </section>
  );
}
