/** Checks azure.yaml, host.json and the parameters file against their schemas and against what they refer to. */
import { existsSync } from "node:fs";
import { join } from "node:path/posix";
import type { z } from "zod";
import { findProperty, toBody, toLiteral, walk } from "./bicep-syntax.ts";
import { azureYamlSchema, hostJsonSchema, parametersSchema } from "./document-schemas.ts";
import { toGuess } from "./guess-name.ts";
import type { Problem } from "./problem.ts";
import type { SourceDocument } from "./read-document.ts";
import type { Template } from "./template.ts";

/** host.json. */
export function checkHostJson(host: SourceDocument): Problem[] {
  return checkSchema("host.json", host, hostJsonSchema);
}

/** azure.yaml: its form, the files it names, and that Bicep tags a resource for each service. */
export function checkAzureYaml(template: Template, document: SourceDocument): Problem[] {
  const file = "azure.yaml";
  const parsed = azureYamlSchema.safeParse(document.value);
  if (!parsed.success) return checkSchema(file, document, azureYamlSchema);
  const { infra, services } = parsed.data;
  const problem = (path: PropertyKey[], message: string) => ({ file, line: document.lineOf(path), message });
  const main = join(infra.path, `${infra.module}.bicep`);
  const tags = findServiceTags(template);
  return [
    ...(existsSync(join(template.root, main)) ? [] : [problem(["infra", "module"], `${main} is not there`)]),
    ...Object.entries(services).flatMap(([name, { project }]) => [
      ...(existsSync(join(template.root, project, "host.json"))
        ? []
        : [problem(["services", name, "project"], `${project} holds no host.json`)]),
      ...(tags.has(name)
        ? []
        : [problem(["services", name], `no resource has the tag azd-service-name: '${name}'`)]),
    ]),
  ];
}

/** infra/main.parameters.json gives what main.bicep asks for, and nothing else. */
export function checkParameters(template: Template, document: SourceDocument): Problem[] {
  const file = "infra/main.parameters.json";
  const parsed = parametersSchema.safeParse(document.value);
  if (!parsed.success) return checkSchema(file, document, parametersSchema);
  const given = Object.keys(parsed.data.parameters);
  const declared = template.files.get("infra/main.bicep")?.declarations ?? [];
  const wanted = declared.filter((one) => one.kind === "param");
  const names = wanted.map(({ name }) => name);
  return [
    ...given
      .filter((name) => !names.includes(name))
      .map((name) => {
        const line = document.lineOf(["parameters", name]);
        return { file, line, message: `main.bicep has no parameter "${name}"${toGuess(name, names)}` };
      }),
    ...wanted
      .filter(({ name, value }) => value === null && !given.includes(name))
      .map(({ name }) => ({ file, line: document.lineOf(["parameters"]), message: `"${name}" is missing` })),
  ];
}

function checkSchema(file: string, document: SourceDocument, schema: z.ZodType): Problem[] {
  const { error } = schema.safeParse(document.value);
  return (error?.issues ?? []).map((issue) => {
    const unknown = issue.code === "unrecognized_keys" ? issue.keys.slice(0, 1) : [];
    const at = [...issue.path, ...unknown];
    return { file, line: document.lineOf(at), message: `${at.map(String).join(".")}: ${issue.message}` };
  });
}

/** Values of the tag by which azd finds the resource of a service. */
function findServiceTags(template: Template): Set<string> {
  const names = new Set<string>();
  for (const file of template.files.values()) {
    for (const one of file.declarations) {
      const tags = one.kind === "resource" ? findProperty(toBody(one.value), "tags") : undefined;
      for (const part of tags ? walk(tags) : []) {
        const tag = findProperty(part, "azd-service-name");
        const name = tag && toLiteral(tag);
        if (name) names.add(name);
      }
    }
  }
  return names;
}
