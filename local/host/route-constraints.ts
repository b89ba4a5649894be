/**
 * Inline route constraints of ASP.NET Core (`{id:int}`), which HTTP triggers use.
 *
 * Source: https://learn.microsoft.com/aspnet/core/fundamentals/routing#route-constraints. Missing here: `datetime`,
 * `file`, `nonfile`; and `regex` takes JavaScript's dialect (not anchored, any letter case, as on Azure).
 */

/** A route template cannot be used; the message says why. */
export class RouteTemplateError extends Error {
  override readonly name = "RouteTemplateError";
}

/** Says whether a decoded path value satisfies the constraint. */
export type RouteConstraint = (value: string) => boolean;

const INT32_LIMIT = 2n ** 31n;
const INT64_LIMIT = 2n ** 63n;
const FLOAT = /^\s*[+-]?(\d+(,\d+)*\.?\d*|\.\d+)(e[+-]?\d+)?\s*$/i;
const GUID = /^\s*(\{[\da-f-]{36}\}|\([\da-f-]{36}\)|[\da-f-]{36}|[\da-f]{32})\s*$/i;
const GUID_GROUPS = /[\da-f]{8}-([\da-f]{4}-){3}[\da-f]{12}/i;

/** Makes the constraint of this name with the text between its parentheses, if any. */
export function createRouteConstraint(name: string, argument: string | undefined): RouteConstraint {
  switch (name.toLowerCase()) {
    case "int":
      return (value) => isInteger(value, INT32_LIMIT);
    case "long":
      return (value) => isInteger(value, INT64_LIMIT);
    case "bool":
      return (value) => /^\s*(true|false)\s*$/i.test(value);
    case "decimal":
    case "double":
    case "float":
      return (value) => FLOAT.test(value);
    case "guid":
      return (value) => GUID.test(value) && (!value.includes("-") || GUID_GROUPS.test(value));
    case "alpha":
      return (value) => /^[a-z]*$/i.test(value);
    case "required":
      return (value) => value !== "";
    case "regex":
      return createPatternConstraint(argument);
    default:
      return createMeasureConstraint(name, argument);
  }
}

function createMeasureConstraint(name: string, argument: string | undefined): RouteConstraint {
  const numbers = toNumbers(name, argument);
  const [first, second] = numbers;
  if (first !== undefined && numbers.length === 1) {
    switch (name.toLowerCase()) {
      case "length":
        return (value) => BigInt(value.length) === first;
      case "minlength":
        return (value) => BigInt(value.length) >= first;
      case "maxlength":
        return (value) => BigInt(value.length) <= first;
      case "min":
        return (value) => isInteger(value, INT64_LIMIT) && BigInt(value) >= first;
      case "max":
        return (value) => isInteger(value, INT64_LIMIT) && BigInt(value) <= first;
    }
  }
  if (first !== undefined && second !== undefined && numbers.length === 2) {
    switch (name.toLowerCase()) {
      case "length":
        return (value) => BigInt(value.length) >= first && BigInt(value.length) <= second;
      case "range":
        return (value) => isInteger(value, INT64_LIMIT) && BigInt(value) >= first && BigInt(value) <= second;
    }
  }
  throw new RouteTemplateError(
    `the route constraint '${name}' is unknown or has the wrong number of arguments`,
  );
}

function toNumbers(name: string, argument: string | undefined): bigint[] {
  if (argument === undefined) return [];
  return argument.split(",").map((part) => {
    if (!isInteger(part, INT64_LIMIT)) {
      throw new RouteTemplateError(`the route constraint '${name}' needs whole numbers, not '${part}'`);
    }
    return BigInt(part);
  });
}

function createPatternConstraint(argument: string | undefined): RouteConstraint {
  try {
    const pattern = new RegExp(argument ?? "", "i");
    return (value) => pattern.test(value);
  } catch (error) {
    throw new RouteTemplateError(`the regular expression '${argument}' is not valid`, { cause: error });
  }
}

function isInteger(value: string, limit: bigint): boolean {
  if (!/^\s*[+-]?\d+\s*$/.test(value)) return false;
  const number = BigInt(value);
  return number >= -limit && number < limit;
}
