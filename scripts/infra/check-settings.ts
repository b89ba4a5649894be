/** Checks that the settings in Bicep, those that the code reads, and the local sample are the same. */
import { z } from "zod";
import { findProperty, toBody, toLiteral, type BicepFile, type ExpressionOf } from "./bicep-syntax.ts";
import { LOCAL_SETTINGS, PLATFORM_SETTINGS, REFUSED_BY_FLEX, SET_BY_AZURE } from "./platform-settings.ts";
import type { Problem } from "./problem.ts";
import type { SourceDocument } from "./read-document.ts";
import type { Template } from "./template.ts";

const SAMPLE = "local.settings.sample.json";

/** All problems of settings; `read` are the names that the code looks up, `sample` is local.settings.sample.json. */
export function checkSettings(
  template: Template,
  read: ReadonlySet<string>,
  sample: SourceDocument,
): Problem[] {
  const found = findSettings(template);
  if (!found) return [{ file: "infra/app.bicep", line: 1, message: "no app settings are declared" }];
  const { file, object } = found;
  const problem = (line: number, message: string) => ({ file: file.file, line, message });
  const given = new Map(
    object.members.flatMap((one) => (one.kind === "property" ? [[one.name, one.line] as const] : [])),
  );
  const extra = [...given].flatMap(([name, line]) => {
    if (REFUSED_BY_FLEX.includes(name))
      return [problem(line, `Flex Consumption refuses the setting ${name}`)];
    if (read.has(name) || name in PLATFORM_SETTINGS) return [];
    return [problem(line, `nothing reads the setting ${name}`)];
  });
  const wanted = [...[...read].filter((name) => !(name in SET_BY_AZURE)), ...Object.keys(PLATFORM_SETTINGS)];
  const missing = wanted.filter((name) => !given.has(name));
  const shadowing = Object.keys(SET_BY_AZURE).filter((name) => given.has(name));
  return [
    ...extra,
    ...missing.map((name) => problem(object.line, `the setting ${name} is missing`)),
    ...shadowing.map((name) =>
      problem(given.get(name) ?? 1, `${name} must not be set: ${SET_BY_AZURE[name]}`),
    ),
    ...checkSample(read, sample),
  ];
}

function checkSample(read: ReadonlySet<string>, sample: SourceDocument): Problem[] {
  const { Values } = z.object({ Values: z.record(z.string(), z.string()) }).parse(sample.value);
  return Object.keys(Values)
    .filter((name) => !read.has(name) && !(name in LOCAL_SETTINGS))
    .map((name) => {
      return {
        file: SAMPLE,
        line: sample.lineOf(["Values", name]),
        message: `nothing reads the setting ${name}`,
      };
    });
}

function findSettings(template: Template): { file: BicepFile; object: ExpressionOf<"object"> } | undefined {
  for (const file of template.files.values()) {
    for (const one of file.declarations) {
      if (one.kind !== "resource" || !one.type.startsWith("Microsoft.Web/sites/config@")) continue;
      const body = toBody(one.value);
      const name = findProperty(body, "name");
      const object = findProperty(body, "properties");
      if (name && toLiteral(name) === "appsettings" && object?.kind === "object") return { file, object };
    }
  }
  return undefined;
}
