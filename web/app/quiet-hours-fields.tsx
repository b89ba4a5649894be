import { useId } from "preact/hooks";
import type { DraftErrors, DraftField, PreferencesDraft } from "./preferences-draft.ts";
import { toTimeThere } from "./time-words.ts";
import { useNow } from "./use-now.ts";

/** Some browsers leave out the one zone that is no place. */
const TIME_ZONES = [...new Set([...Intl.supportedValuesOf("timeZone"), "UTC"])];

/** When nothing may ring: a switch and, while it is on, from when to when and on which clock. */
export function QuietHoursFields(props: {
  draft: PreferencesDraft;
  errors: DraftErrors["fields"];
  onChange: (part: Partial<PreferencesDraft>) => void;
}) {
  const { draft, errors, onChange } = props;
  const zonesId = useId();
  const timeThere = toTimeThere(draft.timeZone.trim(), useNow());
  const field = (name: DraftField) => ({
    name,
    value: draft[name],
    error: errors[name],
    onInput: (value: string) => onChange({ [name]: value }),
  });

  return (
    <fieldset class="field-group">
      <legend>Quiet hours</legend>
      <label class="tick">
        <input
          type="checkbox"
          role="switch"
          checked={draft.isQuietOn}
          aria-checked={draft.isQuietOn}
          onChange={() => onChange({ isQuietOn: !draft.isQuietOn })}
        />
        <span>
          Nothing rings in quiet hours
          <span class="scope-kind">
            Everything is kept in the inbox, and one summary tells how much came.
          </span>
        </span>
      </label>
      {draft.isQuietOn && (
        <div class="quiet-hours">
          <Field label="From" type="time" {...field("from")} />
          <Field
            label="To"
            type="time"
            {...field("to")}
            hint={draft.to !== "" && draft.to < draft.from ? "the next day" : undefined}
          />
          <Field
            label="Time zone"
            type="text"
            list={zonesId}
            {...field("timeZone")}
            hint={timeThere && `It is ${timeThere} there now`}
          />
          <datalist id={zonesId}>
            {TIME_ZONES.map((zone) => (
              <option key={zone}>{zone}</option>
            ))}
          </datalist>
        </div>
      )}
    </fieldset>
  );
}

function Field(props: {
  label: string;
  type: "time" | "text";
  name: DraftField;
  value: string;
  error: string | undefined;
  hint?: string | undefined;
  list?: string;
  onInput: (value: string) => void;
}) {
  const { label, type, name, value, error, hint, list, onInput } = props;
  const id = useId();
  return (
    <div class={`field field-${name}`}>
      <label for={id}>{label}</label>
      <input
        id={id}
        type={type}
        value={value}
        list={list}
        autocomplete="off"
        spellcheck={false}
        aria-invalid={error !== undefined}
        aria-describedby={`${id}-note`}
        // Typing replaces what is there, because the list only offers what contains it.
        onFocus={({ currentTarget }) => list && currentTarget.select()}
        onInput={({ currentTarget }) => onInput(currentTarget.value)}
      />
      <span id={`${id}-note`} class={error ? "field-error" : "hint"}>
        {error ?? hint}
      </span>
    </div>
  );
}
