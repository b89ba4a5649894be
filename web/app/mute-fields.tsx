import { useId } from "preact/hooks";

/** Something that can be muted, and what it is called. */
export interface MuteOption {
  readonly value: string;
  readonly name: string;
  readonly kind?: string;
  readonly id?: string;
}

/** A group of tick boxes; what is ticked is muted. */
export function MuteFields(props: {
  legend: string;
  hint: string;
  empty?: string;
  options: readonly MuteOption[];
  muted: readonly string[];
  onChange: (muted: readonly string[]) => void;
}) {
  const { legend, hint, empty, options, muted, onChange } = props;
  const hintId = useId();
  const toggle = (value: string): void =>
    onChange(muted.includes(value) ? muted.filter((other) => other !== value) : [...muted, value]);

  return (
    <fieldset class="field-group" aria-describedby={hintId}>
      <legend>{legend}</legend>
      <p class="hint" id={hintId}>
        {options.length === 0 ? empty : hint}
      </p>
      <div class="ticks">
        {options.map(({ value, name, kind, id }) => (
          <label key={value} class="tick">
            <input type="checkbox" checked={muted.includes(value)} onChange={() => toggle(value)} />
            <span>
              {name}
              {kind && <span class="scope-kind">{kind}</span>}
              {id && <span class="scope-id">{id}</span>}
            </span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}
