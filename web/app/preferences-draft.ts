/** Preferences while they are being edited: quiet hours that are switched off keep their times. */
import "../client/parse-without-eval.ts";
import { quietHoursSchema } from "../../src/domain/quiet-hours.ts";
import type { Problem } from "../client/api-errors.ts";
import type { Preferences } from "../client/api-schemas.ts";

/** What the form holds. */
export interface PreferencesDraft {
  readonly isQuietOn: boolean;
  readonly from: string;
  readonly to: string;
  readonly timeZone: string;
  readonly mutedTransitions: readonly string[];
  readonly mutedScopes: readonly string[];
}

/** The fields that can be wrong by themselves. */
export type DraftField = "from" | "to" | "timeZone";

/** What is wrong, in sentences: beside the field, or for the whole form. */
export interface DraftErrors {
  readonly fields: Readonly<Partial<Record<DraftField, string>>>;
  readonly form?: string;
}

const DRAFT_FIELDS: readonly DraftField[] = ["from", "to", "timeZone"];

/** Begins a draft; `timeZone` is the browser's own, for whoever has none yet. */
export function toDraft({ quietHours, ...mutes }: Preferences, timeZone: string): PreferencesDraft {
  return { isQuietOn: quietHours !== null, from: "22:00", to: "07:00", timeZone, ...quietHours, ...mutes };
}

/** What is to be saved. */
export function toPreferences(draft: PreferencesDraft): Preferences {
  const { isQuietOn, from, to, timeZone, mutedScopes, mutedTransitions } = draft;
  return {
    quietHours: isQuietOn ? { timeZone: timeZone.trim(), from, to } : null,
    mutedScopes: [...mutedScopes],
    mutedTransitions: [...mutedTransitions],
  };
}

/** What the server would refuse, as far as the page can tell; undefined when nothing. */
export function findDraftErrors(draft: PreferencesDraft): DraftErrors | undefined {
  const { quietHours } = toPreferences(draft);
  const parsed = quietHoursSchema.nullable().safeParse(quietHours);
  if (parsed.success) return undefined;
  return toErrors(parsed.error.issues.map(({ path, message }) => [path.join("."), message]));
}

/** What the server did refuse: at the fields that it names, else for the whole form. */
export function toDraftErrors({ title, detail, errors = [] }: Problem): DraftErrors {
  const found = toErrors(
    errors.map((error) => {
      const colon = error.indexOf(": ");
      return [error.slice(0, colon).replace(/^quietHours\./, ""), error.slice(colon + 2)];
    }),
  );
  if (found.form !== undefined || Object.keys(found.fields).length > 0) return found;
  return {
    fields: {},
    form: [title, detail]
      .filter((part) => part !== undefined)
      .map(toSentence)
      .join(" "),
  };
}

function toErrors(found: readonly (readonly [place: string, why: string])[]): DraftErrors {
  const fields: Partial<Record<DraftField, string>> = {};
  const others: string[] = [];
  for (const [place, why] of found) {
    const field = DRAFT_FIELDS.find((one) => one === place);
    if (field === undefined) others.push(toSentence(place === "" ? why : `${place}: ${why}`));
    else fields[field] ??= toSentence(why);
  }
  return others.length === 0 ? { fields } : { fields, form: others.join(" ") };
}

function toSentence(text: string): string {
  const sentence = `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
  return /[.!?]$/.test(sentence) ? sentence : `${sentence}.`;
}
