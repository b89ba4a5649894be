/** Who was not told, why, and the row that said so. */
import { useMemo, useState } from "preact/hooks";
import type { NotTold } from "../../../src/domain/audit.ts";
import { toTargetKey } from "../../../src/domain/audience.ts";
import { countBy, filterNotTold, type NotToldFilter, toTargetName } from "./filter-people.ts";
import { PagedList } from "./paged-list.tsx";
import { ChoiceButtons, FindField, TargetName } from "./people-filter.tsx";
import { toRowFacts, toScopeText } from "./row-words.ts";
import { toFoundWords } from "./told-list.tsx";

type Cause = NotTold["causes"][number];

/** Those whose row matched the order but asked for something else, and the controls that narrow them. */
export function NotToldList({ notTold }: { notTold: readonly NotTold[] }) {
  const [filter, setFilter] = useState<NotToldFilter>({ text: "" });
  const counts = useMemo(() => countBy(notTold, toChoice), [notTold]);
  const shown = useMemo(() => filterNotTold(notTold, filter), [notTold, filter]);
  const chosen = filter.isRecipient === undefined ? undefined : filter.isRecipient ? "other" : "not";
  return (
    <section class="card part" aria-labelledby="not-told-title">
      <h2 id="not-told-title">
        Who was not told <span class="count">{notTold.length.toLocaleString("en")}</span>
      </h2>
      <p class="soft">
        People and groups with a row for this order that did not ask for this change. Whoever has no such row
        is not listed.
      </p>
      {notTold.length > 0 && (
        <>
          <div class="narrow">
            <ChoiceButtons
              legend="Whether told for another reason"
              all={notTold.length}
              choices={[
                { id: "not", title: "Not told", count: counts.get("not") ?? 0 },
                { id: "other", title: "Told for another reason", count: counts.get("other") ?? 0 },
              ]}
              chosen={chosen}
              onChoose={(id) =>
                setFilter({ ...filter, isRecipient: id === undefined ? undefined : id === "other" })
              }
            />
            <FindField
              label="Find among those who were not told"
              text={filter.text}
              onText={(text) => setFilter({ ...filter, text })}
            />
          </div>
          <output class="soft found">{toFoundWords(shown.length, notTold.length)}</output>
          <PagedList
            key={JSON.stringify(filter)}
            items={shown}
            toKey={({ target }) => toTargetKey(target)}
            class="people"
            noun="people and groups"
          >
            {(one) => <NotToldRow notTold={one} />}
          </PagedList>
        </>
      )}
    </section>
  );
}

function toChoice({ isRecipient }: NotTold): "other" | "not" {
  return isRecipient ? "other" : "not";
}

function NotToldRow({ notTold: { target, isRecipient, causes } }: { notTold: NotTold }) {
  return (
    <div class="person not">
      <div class="person-who">
        <TargetName name={toTargetName(target)} isGroup={target.kind === "group"} />
        {isRecipient && <span class="badge">Told for another reason</span>}
      </div>
      <ul class="person-causes">
        {causes.map((cause) => (
          <li key={`${cause.scope} ${cause.rule}`}>
            <CauseText cause={cause} name={toTargetName(target)} />
          </li>
        ))}
      </ul>
    </div>
  );
}

function CauseText({ cause: { scope, text, row }, name }: { cause: Cause; name: string }) {
  if (row === null) {
    return (
      <>
        {text} <span class="soft">({toScopeText(scope)}; the row itself is not in this record.)</span>
      </>
    );
  }
  return (
    <>
      {text}
      <details class="row">
        <summary>
          The row that said so<span class="visually-hidden">, of {name}</span>
        </summary>
        <dl class="facts">
          {toRowFacts(row).map(({ term, value }) => (
            <div key={term}>
              <dt>{term}</dt>
              <dd>{value}</dd>
            </div>
          ))}
        </dl>
      </details>
    </>
  );
}
