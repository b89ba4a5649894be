/** The words, symbols and literals of a SOQL text. See soql.ts for sources. */
import { OrgError } from "./org-error.ts";

/** A value that a field is compared with; date-times as the query wrote them. */
export type SoqlLiteral =
  | { readonly kind: "dateTime" | "date" | "string"; readonly value: string }
  | { readonly kind: "number"; readonly value: number }
  | { readonly kind: "boolean"; readonly value: boolean }
  | { readonly kind: "null" };

/** A piece of a query; `literal` where it can stand behind an operator. */
export interface SoqlToken {
  readonly kind: "word" | "symbol" | "literal" | "end";
  readonly text: string;
  readonly literal?: SoqlLiteral;
}

/** Sticky, so that each match begins where the one before ended. */
const TOKEN =
  /\s*(?:(?<dateTime>\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,3})?(?:Z|[+-]\d\d:\d\d))|(?<date>\d{4}-\d\d-\d\d)|(?<number>-?\d+(?:\.\d+)?(?:e[+-]?\d+)?)|(?<word>[a-z]\w*(?:\.[a-z]\w*)*)|'(?<string>(?:[^'\\]|\\[\s\S])*)'|(?<symbol>[<>!]=|[=<>(),]))/iy;

/** Splits a query; throws OrgError at what no query holds. */
export function scanSoql(text: string): SoqlToken[] {
  const end = text.trimEnd().length;
  const tokens: SoqlToken[] = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < end) {
    const start = TOKEN.lastIndex;
    const groups = TOKEN.exec(text)?.groups;
    if (groups === undefined)
      throw malformed(`unexpected token: '${text.slice(start).trimStart().slice(0, 1)}'`);
    tokens.push(toToken(groups));
  }
  return tokens;
}

function toToken(groups: Partial<Record<string, string>>): SoqlToken {
  const { dateTime, date, number, word, string, symbol } = groups;
  if (dateTime !== undefined) return toMoment("dateTime", dateTime);
  if (date !== undefined) return toMoment("date", date);
  if (number !== undefined) return literal(number, { kind: "number", value: Number(number) });
  if (string !== undefined) return literal(string, { kind: "string", value: unescape(string) });
  if (symbol !== undefined) return { kind: "symbol", text: symbol };
  return toWord(word ?? "");
}

function toWord(text: string): SoqlToken {
  const lower = text.toLowerCase();
  if (lower === "null") return { kind: "word", text, literal: { kind: "null" } };
  if (lower !== "true" && lower !== "false") return { kind: "word", text };
  return { kind: "word", text, literal: { kind: "boolean", value: lower === "true" } };
}

function toMoment(kind: "dateTime" | "date", text: string): SoqlToken {
  if (Number.isNaN(Date.parse(text))) throw malformed(`unexpected token: '${text}'`);
  return literal(text, { kind, value: text });
}

function literal(text: string, value: SoqlLiteral): SoqlToken {
  return { kind: "literal", text, literal: value };
}

const ESCAPES: Readonly<Record<string, string>> = {
  n: "\n",
  r: "\r",
  t: "\t",
  b: "\b",
  f: "\f",
  '"': '"',
  "'": "'",
  "\\": "\\",
};

function unescape(text: string): string {
  return text.replaceAll(/\\([\s\S])/g, (_match, character: string) => {
    const meant = ESCAPES[character.toLowerCase()];
    if (meant !== undefined) return meant;
    throw malformed(
      `Invalid string literal '${text}'. Illegal character sequence '\\${character}' in string literal.`,
    );
  });
}

function malformed(message: string): OrgError {
  return new OrgError("MALFORMED_QUERY", message);
}
