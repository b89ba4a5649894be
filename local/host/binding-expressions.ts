/**
 * Binding expressions: `%SETTING%` and `{headers.x-name}` inside binding properties.
 *
 * Source: https://learn.microsoft.com/azure/azure-functions/functions-bindings-expressions-patterns and
 * Bindings/Path/BindingTemplateToken.cs of Azure/azure-webjobs-sdk. A value that is missing fails the invocation before
 * the handler runs; there is no syntax for a default.
 */
import { randomUUID } from "node:crypto";

/** An expression has no value or cannot be evaluated; the message is the one Azure logs. */
export class BindingExpressionError extends Error {
  override readonly name = "BindingExpressionError";
  readonly expression: string;

  constructor(expression: string, message: string) {
    super(message);
    this.expression = expression;
  }
}

/** What expressions of one invocation can name. */
export interface BindingData {
  readonly functionName: string;
  /** Route values, query values, `headers` and `query` as objects; looked up in any letter case. */
  readonly values: Readonly<Record<string, unknown>>;
  /** The trigger's text; when it is a JSON object, its properties can be named too. */
  readonly triggerText: () => string | null;
}

/** Replaces every `%NAME%` by the app setting of that name. */
export function resolveSettings(
  text: string,
  settings: Readonly<Record<string, string | undefined>>,
): string {
  return text.replaceAll(/%([^%\s]+)%/g, (whole, name: string) => {
    const value = settings[name];
    if (value === undefined)
      throw new BindingExpressionError(whole, `'${whole}' does not resolve to a value.`);
    return value;
  });
}

/** Replaces every `{expression}` by its value. */
export function resolveExpressions(text: string, data: BindingData): string {
  return text.replaceAll(/\{([^{}]*)\}/g, (_whole, expression: string) => evaluate(expression, data));
}

function evaluate(expression: string, data: BindingData): string {
  const builtIn = evaluateBuiltIn(expression, data);
  if (builtIn !== undefined) return builtIn;
  const [first = "", ...rest] = expression.split(".");
  let value = lookUp(data.values, first);
  if (value === undefined) value = lookUp(parseObject(data.triggerText()), first);
  if (value === undefined) {
    throw new BindingExpressionError(expression, `No value for named parameter '${first}'.`);
  }
  for (const name of rest) {
    value = lookUp(value, name);
    if (value === undefined) {
      throw new BindingExpressionError(
        expression,
        `Error while accessing '${name}': property doesn't exist.`,
      );
    }
  }
  return typeof value === "string" ? value : JSON.stringify(value);
}

function evaluateBuiltIn(expression: string, data: BindingData): string | undefined {
  const [name = "", format] = expression.split(/:(.*)/s);
  switch (name.toLowerCase()) {
    case "rand-guid":
      return formatGuid(randomUUID(), format, expression);
    case "sys.randguid":
      return randomUUID();
    case "sys.methodname":
      return data.functionName;
    case "datetime":
    case "sys.utcnow":
      if (format === undefined) return new Date().toISOString();
      throw new BindingExpressionError(expression, `Date formats are not supported here: '{${expression}}'.`);
    default:
      return undefined;
  }
}

function formatGuid(guid: string, format: string | undefined, expression: string): string {
  switch (format?.toUpperCase()) {
    case undefined:
    case "D":
      return guid;
    case "N":
      return guid.replaceAll("-", "");
    case "B":
      return `{${guid}}`;
    case "P":
      return `(${guid})`;
    default:
      throw new BindingExpressionError(expression, `Unknown format of a GUID: '{${expression}}'.`);
  }
}

function parseObject(text: string | null): unknown {
  if (text === null) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function lookUp(value: unknown, name: string): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
  const key = Object.keys(value).find((known) => known.toLowerCase() === name.toLowerCase());
  return key === undefined ? undefined : Reflect.get(value, key);
}
