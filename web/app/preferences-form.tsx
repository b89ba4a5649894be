import { useEffect, useRef, useState } from "preact/hooks";
import { toProblem } from "../client/api-errors.ts";
import type { FollowedScopes, Preferences } from "../client/api-schemas.ts";
import { MuteFields, type MuteOption } from "./mute-fields.tsx";
import {
  type DraftErrors,
  findDraftErrors,
  type PreferencesDraft,
  toDraft,
  toDraftErrors,
  toPreferences,
} from "./preferences-draft.ts";
import { QuietHoursFields } from "./quiet-hours-fields.tsx";
import { toScopeName } from "./scope-words.ts";
import { TRANSITION_KINDS, toTransitionWords } from "./transition-words.ts";

type Saving = "no" | "underWay" | "done";

/** Quiet hours and mutes; `onSave` throws what the server refuses. */
export function PreferencesForm(props: {
  preferences: Preferences;
  scopes: FollowedScopes;
  onSave: (preferences: Preferences) => Promise<Preferences>;
  onCancel: () => void;
}) {
  const { preferences, scopes, onSave, onCancel } = props;
  const [draft, setDraft] = useState(() => toDraft(preferences, findOwnTimeZone()));
  const [saving, setSaving] = useState<Saving>("no");
  const [errors, setErrors] = useState<DraftErrors>();
  const form = useRef<HTMLFormElement>(null);
  useEffect(() => {
    if (!errors) return;
    const wrong = form.current?.querySelector("[aria-invalid=true]");
    if (wrong instanceof HTMLElement) wrong.focus();
  }, [errors]);

  const change = (part: Partial<PreferencesDraft>): void => {
    setDraft((before) => ({ ...before, ...part }));
    setSaving((before) => (before === "done" ? "no" : before));
    setErrors(undefined);
  };

  const save = async (): Promise<void> => {
    if (saving === "underWay") return;
    const wrong = findDraftErrors(draft);
    setErrors(wrong);
    if (wrong) return;
    setSaving("underWay");
    try {
      await onSave(toPreferences(draft));
      setSaving((before) => (before === "underWay" ? "done" : before));
    } catch (error) {
      setSaving("no");
      setErrors(toDraftErrors(toProblem(error)));
    }
  };

  return (
    <form
      ref={form}
      class="preferences-form"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        void save();
      }}
    >
      <div class="preferences-body">
        <QuietHoursFields draft={draft} errors={errors?.fields ?? {}} onChange={change} />
        <MuteFields
          legend="Mute kinds of news"
          hint="What is ticked is neither told nor shown to you."
          options={toKindOptions(preferences)}
          muted={draft.mutedTransitions}
          onChange={(mutedTransitions) => change({ mutedTransitions })}
        />
        <MuteFields
          legend="Mute what you follow"
          hint="You go on following it, and nothing comes until you take the tick away."
          empty="You follow nothing yet."
          options={toScopeOptions(preferences, scopes)}
          muted={draft.mutedScopes}
          onChange={(mutedScopes) => change({ mutedScopes })}
        />
      </div>
      <div class="preferences-foot">
        <div class="preferences-result">
          <output>{saving === "underWay" ? "Saving…" : saving === "done" ? "Saved." : ""}</output>
          <div role="alert" class="field-error">
            {errors && (errors.form ?? "Please mend what is marked.")}
          </div>
        </div>
        <button type="button" class="quiet-button" onClick={onCancel}>
          {saving === "done" ? "Close" : "Cancel"}
        </button>
        <button type="submit" class="primary-button" aria-disabled={saving === "underWay"}>
          Save
        </button>
      </div>
    </form>
  );
}

function findOwnTimeZone(): string {
  return new Intl.DateTimeFormat().resolvedOptions().timeZone;
}

/** What is muted already is listed too, though this page may not know it: else nobody could take the tick away. */
function toKindOptions({ mutedTransitions }: Preferences): MuteOption[] {
  return [...new Set([...TRANSITION_KINDS, ...mutedTransitions])].map((kind) => ({
    value: kind,
    name: toTransitionWords(kind),
  }));
}

function toScopeOptions({ mutedScopes }: Preferences, { items, grants }: FollowedScopes): MuteOption[] {
  const labels = new Map(grants.map(({ scope, label }) => [scope, label]));
  const scopes = [...new Set([...items.map(({ scope }) => scope), ...mutedScopes])].toSorted();
  return scopes.map((scope) => ({ value: scope, ...toScopeName(scope, labels.get(scope) ?? null) }));
}
