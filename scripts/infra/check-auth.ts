/** Checks that App Service Authentication lets past exactly the paths of auth.json, which the local runtime obeys. */
import { isDeepStrictEqual } from "node:util";
import { z } from "zod";
import { findProperty, toBody, toLiteral } from "./bicep-syntax.ts";
import type { Problem } from "./problem.ts";
import type { SourceDocument } from "./read-document.ts";
import { toScope, toValues, type Template } from "./template.ts";

const authSchema = z.object({
  globalValidation: z.object({ excludedPaths: z.array(z.string().startsWith("/")).min(1) }),
});

/** `auth` is auth.json. */
export function checkAuth(template: Template, auth: SourceDocument): Problem[] {
  const wanted = authSchema.parse(auth.value).globalValidation.excludedPaths;
  const problems: Problem[] = [];
  let isFound = false;
  for (const file of template.files.values()) {
    for (const one of file.declarations) {
      if (one.kind !== "resource") continue;
      const validation = findProperty(
        findProperty(toBody(one.value), "properties") ?? one.value,
        "globalValidation",
      );
      if (!validation) continue;
      isFound = true;
      const paths = findProperty(validation, "excludedPaths");
      const values = paths && toValues(template, toScope(file), paths);
      const given = values
        ?.flatMap((value) => (value.kind === "array" ? value.items : [value]))
        .map(toLiteral);
      if (!isDeepStrictEqual(given, wanted)) {
        const message = `excludedPaths must be those of auth.json: ${wanted.join(" ")}`;
        problems.push({ file: file.file, line: paths?.line ?? validation.line, message });
      }
    }
  }
  if (isFound) return problems;
  return [{ file: "infra/app.bicep", line: 1, message: "nothing sets up App Service Authentication" }];
}
