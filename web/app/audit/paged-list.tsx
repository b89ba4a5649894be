import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";

/** So many items of a long list are put on the page at a time. */
const PAGE_LENGTH = 100;

/**
 * A list that stays quick however long it is. "Show more" moves the focus on to the first item that came, for that is
 * where one reads on.
 */
export function PagedList<T>(props: {
  items: readonly T[];
  toKey: (item: T, index: number) => string | number;
  children: (item: T) => ComponentChildren;
  class: string;
  /** What the items are, in the plural: "people and groups". */
  noun: string;
  isOrdered?: boolean;
}) {
  const { items, toKey, children, noun, isOrdered = false } = props;
  const [limit, setLimit] = useState(PAGE_LENGTH);
  const list = useRef<HTMLOListElement & HTMLUListElement>(null);
  useEffect(() => {
    const row = limit === PAGE_LENGTH ? undefined : list.current?.children[limit - PAGE_LENGTH];
    if (row instanceof HTMLElement) focusRow(row);
  }, [limit]);

  const shown = items.slice(0, limit);
  const rows = shown.map((item, index) => <li key={toKey(item, index)}>{children(item)}</li>);
  // A list without bullets is a list to every screen reader only when it says so.
  /* oxlint-disable jsx-a11y/no-redundant-roles */
  return (
    <>
      {isOrdered ? (
        <ol ref={list} class={props.class} role="list">
          {rows}
        </ol>
      ) : (
        <ul ref={list} class={props.class} role="list">
          {rows}
        </ul>
      )}
      {items.length > shown.length && (
        <p class="more">
          <span>
            {shown.length.toLocaleString("en")} of {items.length.toLocaleString("en")} {noun}
          </span>
          <button type="button" class="quiet-button" onClick={() => setLimit(limit + PAGE_LENGTH)}>
            Show {Math.min(PAGE_LENGTH, items.length - shown.length)} more
          </button>
        </p>
      )}
    </>
  );
  /* oxlint-enable jsx-a11y/no-redundant-roles */
}

/** Only this row can take the focus: one that could anywhere would take it at every click. */
function focusRow(row: HTMLElement): void {
  row.tabIndex = -1;
  row.focus({ preventScroll: true });
}
