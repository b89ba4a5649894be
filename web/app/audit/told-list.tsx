/** Who was to be told, why, what was sent and what came back. */
import { useMemo, useState } from "preact/hooks";
import type { Told } from "../../../src/domain/audit.ts";
import { toTargetKey } from "../../../src/domain/audience.ts";
import {
  countBy,
  filterTold,
  OUTCOMES,
  type ReceiptChoice,
  RECEIPTS,
  type ToldFilter,
  toTargetName,
} from "./filter-people.ts";
import { PagedList } from "./paged-list.tsx";
import { ChoiceButtons, FindField, TargetName } from "./people-filter.tsx";

const OUTCOME_TITLES = new Map(OUTCOMES.map(({ id, title }) => [id, title]));
const RECEIPT_TITLES = new Map(RECEIPTS.map(({ id, title }) => [id, title]));

/** The recipients, and the controls that narrow them. */
export function ToldList({ told }: { told: readonly Told[] }) {
  const [filter, setFilter] = useState<ToldFilter>({ text: "" });
  const outcomes = useMemo(() => countBy(told, ({ outcome }) => outcome), [told]);
  const receipts = useMemo(() => countBy(told, ({ receipt }) => receipt ?? "none"), [told]);
  const shown = useMemo(() => filterTold(told, filter), [told, filter]);
  const narrow = (part: Partial<ToldFilter>): void => setFilter((before) => ({ ...before, ...part }));
  return (
    <section class="card part" aria-labelledby="told-title">
      <h2 id="told-title">
        Who was to be told <span class="count">{told.length.toLocaleString("en")}</span>
      </h2>
      {told.length === 0 ? (
        <p class="soft">Nobody was to be told.</p>
      ) : (
        <>
          <div class="narrow">
            <ChoiceButtons
              legend="What became of it"
              all={told.length}
              choices={OUTCOMES.map((one) => ({ ...one, count: outcomes.get(one.id) ?? 0 }))}
              chosen={filter.outcome}
              onChoose={(outcome) => narrow({ outcome })}
            />
            <ReceiptSelect
              counts={receipts}
              chosen={filter.receipt}
              onChoose={(receipt) => narrow({ receipt })}
            />
            <FindField
              label="Find among those who were to be told"
              text={filter.text}
              onText={(text) => narrow({ text })}
            />
          </div>
          <output class="soft found">{toFoundWords(shown.length, told.length)}</output>
          <PagedList
            key={JSON.stringify(filter)}
            items={shown}
            toKey={({ target }) => toTargetKey(target)}
            class="people"
            noun="people and groups"
          >
            {(one) => <ToldRow told={one} />}
          </PagedList>
        </>
      )}
    </section>
  );
}

/** How many of how many are on show. */
export function toFoundWords(shown: number, all: number): string {
  if (shown === all) return all === 1 ? "1 in all" : `All ${all.toLocaleString("en")}`;
  if (shown === 0) return "Nobody fits";
  return `${shown.toLocaleString("en")} of ${all.toLocaleString("en")} fit`;
}

function ReceiptSelect(props: {
  counts: ReadonlyMap<ReceiptChoice, number>;
  chosen: ReceiptChoice | undefined;
  onChoose: (chosen: ReceiptChoice | undefined) => void;
}) {
  const { counts, chosen, onChoose } = props;
  return (
    <label class="find">
      <span class="visually-hidden">Receipt</span>
      <select
        class="field"
        value={chosen ?? ""}
        onChange={(event) => onChoose(RECEIPTS.find(({ id }) => id === event.currentTarget.value)?.id)}
      >
        <option value="">Any receipt</option>
        {RECEIPTS.map(({ id, title }) => (
          <option key={id} value={id}>
            {title} ({(counts.get(id) ?? 0).toLocaleString("en")})
          </option>
        ))}
      </select>
    </label>
  );
}

function ToldRow({ told }: { told: Told }) {
  const { target, priority, reasons, outcome, outcomeText, receipt } = told;
  const isGroup = target.kind === "group";
  return (
    <div class="person">
      <div class="person-who">
        <TargetName name={toTargetName(target)} isGroup={isGroup} />
        {priority === "high" && <span class="badge waiting">High priority</span>}
      </div>
      <ul class="person-why">
        {reasons.map(({ scope, text }) => (
          <li key={`${scope} ${text}`}>{text}</li>
        ))}
      </ul>
      <div class="person-what">
        <p>
          <span class={`badge outcome ${outcome}`}>{OUTCOME_TITLES.get(outcome)}</span>{" "}
          <span class="soft">
            {isGroup && receipt === null ? "Groups give no receipt" : RECEIPT_TITLES.get(receipt ?? "none")}
          </span>
        </p>
        <p class="soft">{outcomeText}</p>
      </div>
    </div>
  );
}
