/** Spoils every property of every resource, one at a time: what the published types say of it must catch it. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { toBody, walk, type BicepFile } from "../../scripts/infra/bicep-syntax.ts";
import { checkResources } from "../../scripts/infra/check-resources.ts";
import { checkSymbols } from "../../scripts/infra/check-symbols.ts";
import { checkTypes } from "../../scripts/infra/check-types.ts";
import { parseBicep } from "../../scripts/infra/parse-bicep.ts";
import { SyntaxProblem } from "../../scripts/infra/problem.ts";
import type { ResourceTypes } from "../../scripts/infra/resource-types.ts";
import { readTemplate, type Template } from "../../scripts/infra/template.ts";
import { readTypesOrSay, ROOT } from "./resource-types-folder.ts";

const types = readTypesOrSay();
const template = readTemplate(ROOT);

/** Where any name is taken: the app settings, which check-settings knows, and JSON inside a text. */
const OPEN = [
  "infra/app.bicep settings",
  "infra/workbook.bicep workbook",
  "infra/monitor.bicep workspace features:",
];

type Spoilt = { place: string; text: string };

function* spoil(file: BicepFile, text: string): Generator<Spoilt> {
  const lines = text.split("\n");
  for (const resource of file.declarations) {
    if (resource.kind !== "resource") continue;
    for (const object of walk(toBody(resource.value))) {
      for (const member of object.kind === "object" ? object.members : []) {
        if (member.kind !== "property") continue;
        const at = member.line - 1;
        const line = lines[at] ?? "";
        const name = line.replace(new RegExp(`\\b${member.name}:`), `${member.name}x:`);
        const value = line.replace(
          new RegExp(`\\b(${member.name}: )('[^']*'|\\d+|true|false)`),
          (_, start) => `${start}{ bad: 1 }`,
        );
        for (const changed of [name, value].filter((one) => one !== line)) {
          const place = `${file.file} ${resource.name} ${changed.trim()}`;
          yield { place, text: lines.with(at, changed).join("\n") };
        }
      }
    }
  }
}

function isCaught(known: ResourceTypes, path: string, text: string): boolean {
  try {
    const file = parseBicep(path, text);
    const changed: Template = { ...template, files: new Map(template.files).set(path, file) };
    const only: Template = { ...template, files: new Map([[path, file]]) };
    return (
      checkResources(only, known).length > 0 ||
      checkTypes(changed, known).length > 0 ||
      checkSymbols(changed).length > 0
    );
  } catch (error) {
    if (error instanceof SyntaxProblem) return true;
    throw error;
  }
}

describe.skipIf(types === null)("every property of every resource", () => {
  it.each([...template.files.keys()])(
    "is caught when it is misspelt or has the wrong kind of value: %s",
    (path) => {
      const file = template.files.get(path);
      const spoilt = file ? [...spoil(file, readFileSync(join(ROOT, path), "utf8"))] : [];
      const passed = spoilt
        .filter(({ text }) => types && !isCaught(types, path, text))
        .map(({ place }) => place);
      expect(passed.filter((place) => !OPEN.some((open) => place.startsWith(open)))).toEqual([]);
    },
  );
});
