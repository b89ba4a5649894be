import { useMemo } from "preact/hooks";
import { type ComparedRow, compareValues, type SideLine } from "./compare-values.ts";
import { PagedList } from "./paged-list.tsx";

/** What was recorded and what comes out now, line beside line, with every difference marked. */
export function SideBySide({ recorded, now }: { recorded: unknown; now: unknown }) {
  const rows = useMemo(() => compareValues(recorded, now), [recorded, now]);
  return (
    <div class="sides">
      <p class="sides-head" aria-hidden="true">
        <span>− Recorded</span>
        <span>+ Now</span>
      </p>
      <PagedList items={rows} toKey={(_, index) => index} class="sides-rows" noun="lines" isOrdered>
        {(row) => <Row row={row} />}
      </PagedList>
    </div>
  );
}

function Row({ row }: { row: ComparedRow }) {
  if (row.kind === "equal") {
    return (
      <p class="sides-equal">
        {row.count === 1 ? "1 equal line" : `${row.count.toLocaleString("en")} equal lines`}
      </p>
    );
  }
  const { recorded, now } = row;
  // An equal line is said once to those who hear the page.
  const isSame = recorded !== undefined && !recorded.isDifferent;
  return (
    <div class="sides-row">
      <Side line={recorded} side="recorded" />
      <span class="sides-now" aria-hidden={isSame}>
        <Side line={now} side="now" />
      </span>
    </div>
  );
}

function Side({ line, side }: { line: SideLine | undefined; side: "recorded" | "now" }) {
  if (line === undefined) return <code class="side absent" />;
  const { text, isDifferent, before, different, after } = line;
  if (!isDifferent) return <code class="side">{text}</code>;
  const Mark = side === "recorded" ? "del" : "ins";
  return (
    <code class={`side different ${side}`}>
      <span class="visually-hidden">{side === "recorded" ? "Recorded: " : "Now: "}</span>
      <span class="sign" aria-hidden="true">
        {side === "recorded" ? "−" : "+"}
      </span>
      {before}
      <Mark>{different}</Mark>
      {after}
    </code>
  );
}
