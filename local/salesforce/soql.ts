/**
 * SOQL as far as orders are queried with it; everything else is refused as Salesforce refuses what it cannot read.
 *
 *     SELECT field {, field} FROM Order [WHERE conditions] [ORDER BY SystemModstamp [ASC], Id [ASC]] [LIMIT n]
 *     conditions := condition {AND condition} | condition {OR condition}
 *     condition  := ( conditions ) | field operator literal
 *
 * AND and OR side by side need parentheses; only SystemModstamp and Id have an order, other fields take = and !=.
 *
 * Sources: "SOQL SELECT Syntax", "fieldExpression Syntax", "Date Formats and Date Literals" and "Quoted String Escape
 * Sequences" of the SOQL and SOSL Reference; wording of refusals as quoted in xjsender/SublimeApex#23,
 * Portwood-Global-Solutions/Portwood#340 and forcedotcom/soql-tooling#86.
 */
import { OrgError } from "./org-error.ts";
import { scanSoql, type SoqlLiteral, type SoqlToken } from "./soql-tokens.ts";

/** How a field is compared. */
export type SoqlOperator = "=" | "!=" | "<" | "<=" | ">" | ">=";

/** What rows must fulfil. */
export type SoqlCondition =
  | { readonly kind: "and" | "or"; readonly conditions: readonly SoqlCondition[] }
  | {
      readonly kind: "compare";
      readonly field: string;
      readonly operator: SoqlOperator;
      readonly literal: SoqlLiteral;
    };

/** A query as it was written; field names are not checked yet. */
export interface SoqlQuery {
  readonly fields: readonly string[];
  readonly where: SoqlCondition | null;
  readonly isOrdered: boolean;
  readonly limit: number | null;
}

/** Deeper parentheses are refused before they can exhaust the stack. */
const MOST_NESTING = 50;

/** Reads a query; throws OrgError. */
export function parseSoql(text: string): SoqlQuery {
  return new Parser(scanSoql(text)).readQuery();
}

/** Writes a query so that reading it gives the same one. */
export function printSoql(query: SoqlQuery): string {
  return [
    `SELECT ${query.fields.join(", ")} FROM Order`,
    ...(query.where === null ? [] : [`WHERE ${printCondition(query.where)}`]),
    ...(query.isOrdered ? ["ORDER BY SystemModstamp ASC, Id ASC"] : []),
    ...(query.limit === null ? [] : [`LIMIT ${query.limit}`]),
  ].join(" ");
}

function printCondition(condition: SoqlCondition): string {
  if (condition.kind === "compare") {
    return `${condition.field} ${condition.operator} ${printLiteral(condition.literal)}`;
  }
  const word = condition.kind === "and" ? " AND " : " OR ";
  return condition.conditions
    .map((each) => (each.kind === "compare" ? printCondition(each) : `(${printCondition(each)})`))
    .join(word);
}

function printLiteral(literal: SoqlLiteral): string {
  if (literal.kind === "null") return "null";
  if (literal.kind !== "string") return String(literal.value);
  return `'${literal.value.replaceAll(/[\\']/g, "\\$&")}'`;
}

class Parser {
  readonly #tokens: readonly SoqlToken[];
  #position = 0;
  #nesting = 0;

  constructor(tokens: readonly SoqlToken[]) {
    this.#tokens = tokens;
  }

  readQuery(): SoqlQuery {
    this.#expectWord("SELECT");
    const fields = [this.#readName()];
    while (this.#takeSymbol(",")) fields.push(this.#readName());
    this.#expectWord("FROM");
    const object = this.#readName();
    if (object.toLowerCase() !== "order") {
      throw new OrgError(
        "INVALID_TYPE",
        `sObject type '${object}' is not supported. If you are attempting to use a custom object, be sure to append the '__c' after the entity name. Please reference your WSDL or the describe call for the appropriate names.`,
      );
    }
    const where = this.#takeWord("WHERE") ? this.#readConditions() : null;
    const isOrdered = this.#takeWord("ORDER");
    if (isOrdered) this.#readOrder();
    const limit = this.#takeWord("LIMIT") ? this.#readLimit() : null;
    if (this.#next.kind !== "end") throw this.#unexpected();
    return { fields, where, isOrdered, limit };
  }

  #readConditions(): SoqlCondition {
    const first = this.#readCondition();
    const kind = this.#isWord("AND") ? "and" : this.#isWord("OR") ? "or" : null;
    if (kind === null) return first;
    const conditions = [first];
    while (this.#takeWord(kind)) conditions.push(this.#readCondition());
    return { kind, conditions };
  }

  #readCondition(): SoqlCondition {
    if (!this.#takeSymbol("(")) return this.#readComparison();
    this.#nesting += 1;
    if (this.#nesting > MOST_NESTING) throw this.#unexpected();
    const conditions = this.#readConditions();
    this.#expectSymbol(")");
    this.#nesting -= 1;
    return conditions;
  }

  #readComparison(): SoqlCondition {
    const field = this.#readName();
    const { kind, text: operator } = this.#next;
    if (kind !== "symbol" || !isOperator(operator)) throw this.#unexpected();
    if (!["=", "!="].includes(operator) && !["systemmodstamp", "id"].includes(field.toLowerCase())) {
      throw this.#unexpected();
    }
    this.#position += 1;
    const literal = this.#next.literal;
    if (literal === undefined) throw this.#unexpected();
    this.#position += 1;
    return { kind: "compare", field, operator, literal };
  }

  #readOrder(): void {
    this.#expectWord("BY");
    this.#expectWord("SystemModstamp");
    this.#takeWord("ASC");
    this.#expectSymbol(",");
    this.#expectWord("Id");
    this.#takeWord("ASC");
  }

  #readLimit(): number {
    const { literal } = this.#next;
    if (literal?.kind !== "number" || !Number.isInteger(literal.value) || literal.value < 0) {
      throw this.#unexpected();
    }
    this.#position += 1;
    return literal.value;
  }

  get #next(): SoqlToken {
    return this.#tokens[this.#position] ?? { kind: "end", text: "<EOF>" };
  }

  #isWord(word: string): boolean {
    return this.#next.kind === "word" && this.#next.text.toLowerCase() === word.toLowerCase();
  }

  #takeWord(word: string): boolean {
    const isThere = this.#isWord(word);
    if (isThere) this.#position += 1;
    return isThere;
  }

  #takeSymbol(symbol: string): boolean {
    const isThere = this.#next.kind === "symbol" && this.#next.text === symbol;
    if (isThere) this.#position += 1;
    return isThere;
  }

  #expectWord(word: string): void {
    if (!this.#takeWord(word)) throw this.#unexpected();
  }

  #expectSymbol(symbol: string): void {
    if (!this.#takeSymbol(symbol)) throw this.#unexpected();
  }

  #readName(): string {
    const { kind, text } = this.#next;
    if (kind !== "word") throw this.#unexpected();
    this.#position += 1;
    return text;
  }

  #unexpected(): OrgError {
    return new OrgError("MALFORMED_QUERY", `unexpected token: '${this.#next.text}'`);
  }
}

function isOperator(text: string): text is SoqlOperator {
  return ["=", "!=", "<", "<=", ">", ">="].includes(text);
}
