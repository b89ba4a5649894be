/** docs/settings.md is made from the schema. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { OTHER_SETTINGS, writeSettings } from "../../scripts/docs/write-settings.ts";
import { readCodeSettings } from "../../scripts/infra/read-code-settings.ts";
import { appSettingsSchema } from "../../src/domain/app-settings.ts";
import { toTelemetrySettings } from "../../src/domain/telemetry-settings.ts";

/** The names that the code looks up, telemetry included. */
function readNames(): Set<string> {
  const names = readCodeSettings();
  const note = (_: object, name: string | symbol) => void names.add(String(name));
  toTelemetrySettings(new Proxy<Record<string, string | undefined>>({}, { get: note }));
  return names;
}

describe("the page of settings", () => {
  it("says what the schema says today; if it does not: node scripts/write-settings.js", () => {
    const page = readFileSync(join(import.meta.dirname, "../../docs/settings.md"), "utf8");
    expect(page).toBe(writeSettings());
  });

  it("names every setting that the code looks up, and no other as read", () => {
    const told = [...Object.keys(appSettingsSchema.shape), ...Object.keys(OTHER_SETTINGS)];
    expect(told.toSorted()).toEqual([...readNames()].toSorted());
  });

  it("says a default that is none, one that is, and that there must be something", () => {
    const page = writeSettings();
    expect(page).toMatch(/^\| `ORDER_LINK` \| none \|/m);
    expect(page).toMatch(/^\| `INBOX_RETENTION_DAYS` \| 90 \|/m);
    expect(page).toMatch(/^\| `SALESFORCE_ORG_IDS` \| required \|/m);
    expect(page).toMatch(/^\| `ORDER_CORE_FIELDS` \| Id, AccountId, /m);
  });
});
