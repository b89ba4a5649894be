/** Everything that can be known of the infrastructure without Azure; the tests of test/infra are its door. */
import { readFileSync } from "node:fs";
import { join } from "node:path/posix";
import { checkAuth } from "./check-auth.ts";
import { checkAzureYaml, checkHostJson, checkParameters } from "./check-documents.ts";
import { checkContainers } from "./check-containers.ts";
import { checkOutputs } from "./check-outputs.ts";
import { checkPosture } from "./check-posture.ts";
import { checkQueries } from "./check-queries.ts";
import { checkResources } from "./check-resources.ts";
import { checkRoles } from "./check-roles.ts";
import { checkSettings } from "./check-settings.ts";
import { checkSymbols } from "./check-symbols.ts";
import { checkTypes } from "./check-types.ts";
import { checkTables } from "./check-tables.ts";
import { SyntaxProblem, type Problem } from "./problem.ts";
import { readDocument, type SourceDocument } from "./read-document.ts";
import type { ResourceTypes } from "./resource-types.ts";
import { readTemplate } from "./template.ts";

/**
 * What is checked: `root` holds infra/, azure.yaml, host.json, auth.json, the sample of settings, src/storage and
 * src/functions. `codeSettings` are the settings the code reads; without `types` resources are not checked.
 */
export type InfraInput = {
  root: string;
  codeSettings: ReadonlySet<string>;
  types: ResourceTypes | null;
};

/** All problems, in the order of files and lines. */
export function checkInfra({ root, codeSettings, types }: InfraInput): Problem[] {
  const template = readTemplate(root);
  const using = (file: string, check: (document: SourceDocument) => Problem[]): Problem[] => {
    try {
      return check(readDocument(readFileSync(join(root, file), "utf8")));
    } catch (error) {
      if (!(error instanceof SyntaxProblem)) throw error;
      return [{ file, line: error.line, message: error.message }];
    }
  };
  return [
    ...template.problems,
    ...checkSymbols(template),
    ...(types ? [...checkResources(template, types), ...checkTypes(template, types)] : []),
    ...checkOutputs(template),
    ...checkPosture(template),
    ...checkTables(template, root),
    ...checkContainers(template, root),
    ...using("infra/roles.json", (roles) => checkRoles(template, roles)),
    ...using("local.settings.sample.json", (sample) => checkSettings(template, codeSettings, sample)),
    ...using("auth.json", (auth) => checkAuth(template, auth)),
    ...using("infra/metric-names.json", (metrics) => checkQueries(template, root, metrics)),
    ...using("infra/main.parameters.json", (parameters) => checkParameters(template, parameters)),
    ...using("azure.yaml", (azureYaml) => checkAzureYaml(template, azureYaml)),
    ...using("host.json", checkHostJson),
  ].toSorted((one, other) => one.file.localeCompare(other.file) || one.line - other.line);
}
