/**
 * Route templates of HTTP triggers: literals, `{id}`, `{id?}`, `{id=5}`, `{*rest}`, constraints, and segments that mix
 * text and parameters (`report-{id}`).
 *
 * Source: https://learn.microsoft.com/aspnet/core/fundamentals/routing#route-templates and RoutePrecedence of
 * dotnet/aspnetcore. Refused: an optional part inside a mixed segment (`{name}.{extension?}`).
 */
import { createRouteConstraint, RouteTemplateError, type RouteConstraint } from "./route-constraints.ts";

interface Parameter {
  readonly kind: "parameter";
  readonly name: string;
  readonly constraints: readonly RouteConstraint[];
  readonly isOptional: boolean;
  readonly isCatchAll: boolean;
  readonly defaultValue: string | undefined;
}

type Part = { readonly kind: "literal"; readonly text: string } | Parameter;

type Segment =
  | Part
  | { readonly kind: "mixed"; readonly pattern: RegExp; readonly parameters: readonly Parameter[] };

/** A parsed template. */
export interface RouteTemplate {
  readonly text: string;
  readonly segments: readonly Segment[];
  /** One digit per segment; the smaller list is tried first. */
  readonly precedence: readonly number[];
}

/** Values of route parameters by the names in the template; a parameter without a value is absent. */
export type RouteValues = Readonly<Record<string, string>>;

/** Parses a template such as `orders/{id:int}/{*rest}`. */
export function parseRouteTemplate(text: string): RouteTemplate {
  if (/^[/~]/.test(text)) throw new RouteTemplateError(`the route '${text}' must not start with '/' or '~'`);
  const parts = splitParts(text);
  const segments = parts.map((segment, index) => toSegment(segment, index === parts.length - 1, text));
  const names = segments.flatMap(parametersOf).map((parameter) => parameter.name.toLowerCase());
  if (new Set(names).size < names.length)
    throw new RouteTemplateError(`the route '${text}' names a parameter twice`);
  return { text, segments, precedence: segments.map(toPrecedence) };
}

/** Matches decoded path segments; null when the template does not fit. */
export function matchRoute(template: RouteTemplate, path: readonly string[]): RouteValues | null {
  const values: Record<string, string> = {};
  for (const [index, segment] of template.segments.entries()) {
    if (segment.kind === "parameter" && segment.isCatchAll) {
      return assign(segment, path.slice(index).join("/"), values) ? values : null;
    }
    if (!matchSegment(segment, path[index], values)) return null;
  }
  return path.length <= template.segments.length ? values : null;
}

/** Orders templates: the more specific one first. */
export function compareRoutes(a: RouteTemplate, b: RouteTemplate): number {
  const length = Math.max(a.precedence.length, b.precedence.length);
  for (let index = 0; index < length; index += 1) {
    const difference = (a.precedence[index] ?? 0) - (b.precedence[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

function matchSegment(segment: Segment, value: string | undefined, values: Record<string, string>): boolean {
  switch (segment.kind) {
    case "literal":
      return value !== undefined && value.toLowerCase() === segment.text.toLowerCase();
    case "parameter":
      return assign(segment, value ?? "", values);
    case "mixed": {
      const found = value === undefined ? null : segment.pattern.exec(value);
      return (
        found !== null && segment.parameters.every((part, i) => assign(part, found[i + 1] ?? "", values))
      );
    }
  }
}

function assign(parameter: Parameter, text: string, values: Record<string, string>): boolean {
  const value = text === "" ? parameter.defaultValue : text;
  if (value === undefined) return parameter.isOptional || parameter.isCatchAll;
  if (!parameter.constraints.every((isSatisfied) => isSatisfied(value))) return false;
  values[parameter.name] = value;
  return true;
}

/** Cuts the template at `/` into segments of literals and parameters; `{{` and `}}` stand for one brace. */
function splitParts(text: string): Part[][] {
  if (text === "") return [];
  const segments: Part[][] = [[]];
  let literal = "";
  const endLiteral = (): void => {
    if (literal !== "") segments.at(-1)?.push({ kind: "literal", text: literal });
    literal = "";
  };
  // A parameter ends at a single closing brace; doubled braces inside it belong to a regular expression.
  for (const [token] of text.matchAll(/\{\{|\}\}|\{(?:[^{}]|\{\{|\}\})+\}(?!\})|[^]/g)) {
    if (token === "/") {
      endLiteral();
      segments.push([]);
    } else if (token === "{{" || token === "}}") {
      literal += token.charAt(0);
    } else if (token.length > 1) {
      endLiteral();
      segments.at(-1)?.push(parseParameter(unescape(token.slice(1, -1)), text));
    } else if (token === "{" || token === "}" || token === "?") {
      throw new RouteTemplateError(`the route '${text}' has an unexpected '${token}'`);
    } else {
      literal += token;
    }
  }
  endLiteral();
  // ASP.NET ignores one slash at the end and refuses empty segments elsewhere.
  if (segments.at(-1)?.length === 0) segments.pop();
  if (segments.some((segment) => segment.length === 0)) {
    throw new RouteTemplateError(`the route '${text}' has an empty segment`);
  }
  return segments;
}

function unescape(text: string): string {
  return text.replaceAll("{{", "{").replaceAll("}}", "}");
}

function parseParameter(content: string, template: string): Parameter {
  const head = /^(\*{0,2})([^:=*{}/?]+)/.exec(content);
  const name = head?.[2];
  if (head === null || name === undefined) {
    throw new RouteTemplateError(`the route '${template}' has a bad parameter '{${content}}'`);
  }
  const isOptional = content.endsWith("?");
  let rest = content.slice(head[0].length, isOptional ? -1 : undefined);
  const constraints: RouteConstraint[] = [];
  while (rest.startsWith(":")) {
    const found = /^:([^:(=]+)(?:\(([^]*?)\)(?=$|[:=]))?/.exec(rest);
    if (found?.[1] === undefined)
      throw new RouteTemplateError(`the route '${template}' has an empty constraint`);
    constraints.push(createRouteConstraint(found[1], found[2]));
    rest = rest.slice(found[0].length);
  }
  if (rest !== "" && !rest.startsWith("=")) {
    throw new RouteTemplateError(`the route '${template}' has a bad parameter '{${content}}'`);
  }
  const defaultValue = rest.startsWith("=") ? rest.slice(1) : undefined;
  if (isOptional && defaultValue !== undefined) {
    throw new RouteTemplateError(`the route '${template}' gives an optional parameter a default`);
  }
  return { kind: "parameter", name, constraints, isOptional, isCatchAll: head[1] !== "", defaultValue };
}

function toSegment(parts: readonly Part[], isLast: boolean, template: string): Segment {
  const [only] = parts;
  const parameters = parts.filter((part) => part.kind === "parameter");
  if (parameters.some((part) => part.isCatchAll) && (!isLast || parts.length > 1)) {
    throw new RouteTemplateError(`the route '${template}' has a catch-all that is not its last segment`);
  }
  if (only !== undefined && parts.length === 1) return only;
  if (parameters.some((part) => part.isOptional || part.defaultValue !== undefined)) {
    throw new RouteTemplateError(`the route '${template}' has an optional part inside a mixed segment`);
  }
  if (parts.some((part, index) => part.kind === "parameter" && parts[index + 1]?.kind === "parameter")) {
    throw new RouteTemplateError(`the route '${template}' has two parameters without text between them`);
  }
  const source = parts.map((part) => (part.kind === "literal" ? escapePattern(part.text) : "(.+)")).join("");
  return { kind: "mixed", pattern: new RegExp(`^${source}$`, "is"), parameters };
}

function escapePattern(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
}

function parametersOf(segment: Segment): readonly Parameter[] {
  switch (segment.kind) {
    case "literal":
      return [];
    case "parameter":
      return [segment];
    case "mixed":
      return segment.parameters;
  }
}

/** 1 literal, 2 mixed or constrained, 3 parameter, 4 constrained catch-all, 5 catch-all (RoutePrecedence.ComputeInbound). */
function toPrecedence(segment: Segment): number {
  switch (segment.kind) {
    case "literal":
      return 1;
    case "mixed":
      return 2;
    case "parameter":
      return (segment.isCatchAll ? 5 : 3) - (segment.constraints.length > 0 ? 1 : 0);
  }
}
