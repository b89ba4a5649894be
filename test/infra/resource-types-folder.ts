/** Where the published types of Azure resources are; they are no part of this repository. */
import { join, resolve } from "node:path";
import { readResourceTypes, type ResourceTypes } from "../../scripts/infra/resource-types.ts";

/** The repository. */
export const ROOT = resolve(import.meta.dirname, "../..");

/** `BICEP_TYPES`, or bicep-types beside the repository: folders of types.json files of Azure/bicep-types-az. */
export const TYPES_FOLDER = resolve(process.env["BICEP_TYPES"] ?? join(ROOT, "../shared/bicep-types"));

/** Null, with a printed reason, where they are absent: then resources cannot be checked against them. */
export function readTypesOrSay(): ResourceTypes | null {
  const types = readResourceTypes(TYPES_FOLDER);
  if (types) return types;
  process.stderr.write(
    `The types of Azure resources are not checked: ${TYPES_FOLDER} is not there (BICEP_TYPES names another folder).\n`,
  );
  return null;
}
