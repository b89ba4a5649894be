/** The controls that narrow a list of people. */

/** One choice of several, or all of them. */
export interface Choice<Id extends string> {
  readonly id: Id;
  readonly title: string;
  readonly count: number;
}

/** Buttons with counts, one of which is pressed; choices that nobody is in are left out. */
export function ChoiceButtons<Id extends string>(props: {
  legend: string;
  all: number;
  choices: readonly Choice<Id>[];
  chosen: Id | undefined;
  onChoose: (id: Id | undefined) => void;
}) {
  const { legend, all, choices, chosen, onChoose } = props;
  const buttons = [
    { id: undefined, title: "All", count: all },
    ...choices.filter(({ count, id }) => count > 0 || id === chosen),
  ];
  return (
    <fieldset class="filter choices">
      <legend class="visually-hidden">{legend}</legend>
      {buttons.map(({ id, title, count }) => (
        <button key={id ?? ""} type="button" aria-pressed={id === chosen} onClick={() => onChoose(id)}>
          {title} <span class="count">{count.toLocaleString("en")}</span>
        </button>
      ))}
    </fieldset>
  );
}

/** A field that looks for a name or a word of a reason. */
export function FindField(props: { label: string; text: string; onText: (text: string) => void }) {
  const { label, text, onText } = props;
  return (
    <label class="find">
      <span class="visually-hidden">{label}</span>
      <input
        class="field"
        type="search"
        placeholder="Name or reason"
        autoComplete="off"
        value={text}
        onInput={(event) => onText(event.currentTarget.value)}
      />
    </label>
  );
}

/** Who somebody is: a person by id, or a group. */
export function TargetName({ name, isGroup }: { name: string; isGroup: boolean }) {
  return (
    <h3 class="person-name">
      {isGroup && <span class="soft">Group </span>}
      {name}
    </h3>
  );
}
