import { describe, expect, it } from "vitest";
import {
  findDraftErrors,
  toDraft,
  toDraftErrors,
  toPreferences,
} from "../../../web/app/preferences-draft.ts";

const none = { quietHours: null, mutedScopes: [], mutedTransitions: [] };
const night = { timeZone: "Asia/Kolkata", from: "21:00", to: "06:30" };

describe("a draft", () => {
  it("comes back as the preferences that it was made of", () => {
    expect(toPreferences(toDraft(none, "UTC"))).toEqual(none);
    const some = { quietHours: night, mutedScopes: ["all"], mutedTransitions: ["created"] };
    expect(toPreferences(toDraft(some, "UTC"))).toEqual(some);
  });

  it("offers a night in the browser's own time zone to whoever has none yet", () => {
    const draft = { ...toDraft(none, "Europe/Berlin"), isQuietOn: true };
    expect(toPreferences(draft).quietHours).toEqual({
      timeZone: "Europe/Berlin",
      from: "22:00",
      to: "07:00",
    });
  });

  it("keeps the times of quiet hours that are switched off, and does not save them", () => {
    const draft = { ...toDraft({ ...none, quietHours: night }, "UTC"), isQuietOn: false };
    expect(draft.from).toBe("21:00");
    expect(toPreferences(draft).quietHours).toBeNull();
  });

  it("is wrong where a time, or the time zone, is none, unless quiet hours are off", () => {
    const draft = { ...toDraft(none, "Mars/Olympus"), isQuietOn: true, from: "" };
    expect(findDraftErrors(draft)?.fields).toEqual({
      from: "Must be a time such as 22:00.",
      timeZone: "Must be a time zone such as Europe/Berlin.",
    });
    expect(findDraftErrors({ ...draft, isQuietOn: false })).toBeUndefined();
  });

  it("is wrong when it ends as it begins", () => {
    const draft = { ...toDraft(none, " Europe/Berlin "), isQuietOn: true, to: "22:00" };
    expect(findDraftErrors(draft)).toEqual({ fields: { to: "Must differ from the beginning." } });
  });
});

describe("a refusal", () => {
  it("is told at the fields that it names, and the rest for the whole form", () => {
    const errors = ["quietHours.timeZone: must be a time zone", "mutedScopes.0: must be all"];
    expect(toDraftErrors({ title: "Bad request", detail: "The request does not fit.", errors })).toEqual({
      fields: { timeZone: "Must be a time zone." },
      form: "MutedScopes.0: must be all.",
    });
  });

  it("that names no place is told in its own words", () => {
    expect(toDraftErrors({ title: "Unavailable", detail: "Try again in a minute" })).toEqual({
      fields: {},
      form: "Unavailable. Try again in a minute.",
    });
    expect(toDraftErrors({ title: "The server could not be reached" }).form).toBe(
      "The server could not be reached.",
    );
  });
});
