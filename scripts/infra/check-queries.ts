/** Checks the KQL files: they name only metrics, dimensions, values and functions that the app has, and each is used. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path/posix";
import { z } from "zod";
import { toLiteral, walk } from "./bicep-syntax.ts";
import type { Problem } from "./problem.ts";
import type { SourceDocument } from "./read-document.ts";
import { resolvePath, type Template } from "./template.ts";

/** infra/metric-names.json: what the app measures, and by what it can be told apart; no values: any. */
export const metricNamesSchema = z.record(
  z.string().regex(/^orderbell\.[a-z_.]+$/),
  z.strictObject({
    instrument: z.enum(["counter", "histogram", "gauge"]),
    unit: z.string().min(1),
    description: z.string().min(1),
    dimensions: z.record(z.string(), z.array(z.string())),
  }),
);

type Metrics = z.infer<typeof metricNamesSchema>;

/** `root` holds infra/ and src/; `metrics` is infra/metric-names.json. */
export function checkQueries(template: Template, root: string, metrics: SourceDocument): Problem[] {
  const folder = join(root, "infra/queries");
  const parsed = metricNamesSchema.parse(metrics.value);
  const functions = readFunctionNames(root);
  const loaded = findLoaded(template);
  return readdirSync(folder).flatMap((name) => {
    const file = join("infra/queries", name);
    const text = readFileSync(join(folder, name), "utf8");
    const unused = loaded.has(file)
      ? []
      : [{ file, line: 1, message: "no alert and no chart uses this query" }];
    return [...unused, ...checkQuery(file, text, parsed, functions)];
  });
}

function checkQuery(file: string, text: string, metrics: Metrics, functions: ReadonlySet<string>): Problem[] {
  const lines = text.split("\n").map((line) => line.replace(/^\s*\/\/.*$/, ""));
  const used = [...lines.join("\n").matchAll(/"(orderbell\.[^"]*)"/g)].map(([, name = ""]) => name);
  const dimensions: Record<string, string[]> = {};
  for (const name of used) Object.assign(dimensions, metrics[name]?.dimensions);
  const problems: Problem[] = [];
  if (used.length === 0 && lines.some((line) => line.includes("customMetrics"))) {
    problems.push({ file, line: 1, message: "customMetrics is read without the name of a metric" });
  }
  lines.forEach((line, index) => {
    const problem = (message: string) => problems.push({ file, line: index + 1, message });
    for (const [, name = ""] of line.matchAll(/"(orderbell\.[^"]*)"/g)) {
      if (!(name in metrics)) problem(`no metric is called "${name}" (infra/metric-names.json)`);
    }
    for (const [, bracketed, dotted] of line.matchAll(/customDimensions(?:\["([^"]+)"\]|\.(\w+))/g)) {
      const name = bracketed ?? dotted ?? "";
      if (!(name in dimensions)) problem(`the metrics of this query have no dimension "${name}"`);
    }
    for (const [, name = "", value = ""] of line.matchAll(/\b(\w+) (?:==|!=) "([^"]*)"/g)) {
      const values = dimensions[name] ?? [];
      if (name === "operation_Name" && !functions.has(value)) problem(`no function is called "${value}"`);
      if (values.length > 0 && !values.includes(value))
        problem(`"${value}" is no ${name}: ${values.join(", ")}`);
    }
  });
  return problems;
}

/** Names of HTTP and timer functions; those of Durable stand in src/orchestration/names.ts and are not asked for. */
function readFunctionNames(root: string): Set<string> {
  const folder = join(root, "src/functions");
  const texts = readdirSync(folder).map((path) => readFileSync(join(folder, path), "utf8"));
  return new Set(
    texts.flatMap((text) =>
      [...text.matchAll(/app\.(?:http|timer)\(\s*"(\w+)"/g)].map(([, name = ""]) => name),
    ),
  );
}

function findLoaded(template: Template): Set<string> {
  const paths = new Set<string>();
  for (const file of template.files.values()) {
    for (const { value } of file.declarations) {
      for (const one of value ? walk(value) : []) {
        const path =
          one.kind === "call" && one.name === "loadTextContent" && one.args[0] && toLiteral(one.args[0]);
        if (path) paths.add(resolvePath(file, path));
      }
    }
  }
  return paths;
}
