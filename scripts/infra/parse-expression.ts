/** Parses Bicep expressions; precedence as in learn.microsoft.com/azure/azure-resource-manager/bicep/operators. */
import type { Expression, Member } from "./bicep-syntax.ts";
import { TokenReader } from "./token-reader.ts";

/** From what binds least to what binds most. */
const BINARY_LEVELS = "?? | || | && | == != =~ !~ | < <= > >= | + - | * / %"
  .split(" | ")
  .map((level) => level.split(" "));

/** Reads one expression. */
export function parseExpression(tokens: TokenReader): Expression {
  const { line } = tokens;
  const condition = parseBinary(tokens, 0);
  if (!tokens.takesAfterNewlines("?")) return condition;
  tokens.skipNewlines();
  const whenTrue = parseExpression(tokens);
  tokens.skipNewlines();
  tokens.expect(":");
  tokens.skipNewlines();
  return { kind: "ternary", condition, whenTrue, whenFalse: parseExpression(tokens), line };
}

function parseBinary(tokens: TokenReader, level: number): Expression {
  const operators = BINARY_LEVELS[level];
  if (operators === undefined) return parseUnary(tokens);
  let left = parseBinary(tokens, level + 1);
  for (;;) {
    const { line } = tokens;
    const operator = operators.find((one) => tokens.takes(one));
    if (operator === undefined) return left;
    left = { kind: "binary", operator, left, right: parseBinary(tokens, level + 1), line };
  }
}

function parseUnary(tokens: TokenReader): Expression {
  const { line } = tokens;
  if (tokens.takes("!") || tokens.takes("-")) return { kind: "unary", operand: parseUnary(tokens), line };
  return parseAccess(tokens, parsePrimary(tokens));
}

function parseAccess(tokens: TokenReader, start: Expression): Expression {
  let target = start;
  for (;;) {
    const { line } = tokens;
    if (tokens.takes(".")) {
      const name = tokens.expectWord();
      target = tokens.is("(")
        ? { kind: "call", target, name, args: parseArguments(tokens), line }
        : { kind: "member", target, name, line };
    } else if (tokens.takes("[")) {
      const index = parseExpression(tokens);
      tokens.expect("]");
      target = { kind: "index", target, index, line };
    } else if (tokens.is("::") || tokens.is(".?")) {
      throw tokens.problem("this access is not in the subset that is checked");
    } else {
      return target;
    }
  }
}

function parsePrimary(tokens: TokenReader): Expression {
  const { line } = tokens;
  if (tokens.takes("(")) {
    tokens.skipNewlines();
    const inner = parseExpression(tokens);
    tokens.skipNewlines();
    tokens.expect(")");
    return inner;
  }
  if (tokens.is("[")) return parseArray(tokens);
  if (tokens.is("{")) return parseObject(tokens);
  const token = tokens.take();
  switch (token.kind) {
    case "number":
      return { kind: "number", value: token.value, line };
    case "string":
      return { kind: "string", parts: token.parts.map((part) => toPart(part)), line };
    case "word":
      return parseWord(tokens, token.text, line);
    case "punctuation":
      throw tokens.problem(`"${token.text}" begins no expression`);
    case "newline":
    case "end":
      throw tokens.problem("an expression is expected");
  }
}

function toPart(part: string | ConstructorParameters<typeof TokenReader>[0]): string | Expression {
  if (typeof part === "string") return part;
  const inner = new TokenReader(part);
  const expression = parseExpression(inner);
  if (!inner.isAtEnd) throw inner.problem("an interpolation holds one expression");
  return expression;
}

function parseWord(tokens: TokenReader, name: string, line: number): Expression {
  if (name === "true" || name === "false") return { kind: "boolean", value: name === "true", line };
  if (name === "null") return { kind: "null", line };
  if (tokens.is("(")) return { kind: "call", target: null, name, args: parseArguments(tokens), line };
  if (tokens.is("=>")) throw tokens.problem("lambdas are not in the subset that is checked");
  return { kind: "name", name, line };
}

function parseArguments(tokens: TokenReader): Expression[] {
  const args: Expression[] = [];
  tokens.expect("(");
  tokens.skipNewlines();
  while (!tokens.takes(")")) {
    args.push(parseExpression(tokens));
    tokens.skipNewlines();
    if (!tokens.is(")")) tokens.expect(",");
    tokens.skipNewlines();
  }
  return args;
}

function parseArray(tokens: TokenReader): Expression {
  const { line } = tokens;
  tokens.expect("[");
  tokens.skipNewlines();
  if (tokens.is("for")) return parseFor(tokens, line);
  const items: Expression[] = [];
  while (!tokens.takes("]")) {
    items.push(parseExpression(tokens));
    endItem(tokens, "]");
  }
  return { kind: "array", items, line };
}

function parseFor(tokens: TokenReader, line: number): Expression {
  tokens.expect("for");
  let index: string | null = null;
  let item: string;
  if (tokens.takes("(")) {
    item = tokens.expectWord();
    tokens.expect(",");
    index = tokens.expectWord();
    tokens.expect(")");
  } else {
    item = tokens.expectWord();
  }
  tokens.expect("in");
  const collection = parseExpression(tokens);
  tokens.expect(":");
  const body = tokens.is("if") ? parseIf(tokens) : parseExpression(tokens);
  tokens.skipNewlines();
  tokens.expect("]");
  return { kind: "for", item, index, collection, body, line };
}

/** `if (condition) body`, which resources and modules may begin with. */
export function parseIf(tokens: TokenReader): Expression {
  const { line } = tokens;
  tokens.expect("if");
  tokens.expect("(");
  const condition = parseExpression(tokens);
  tokens.expect(")");
  return { kind: "if", condition, body: parseObject(tokens), line };
}

function parseObject(tokens: TokenReader): Expression {
  const { line } = tokens;
  const members: Member[] = [];
  tokens.expect("{");
  tokens.skipNewlines();
  while (!tokens.takes("}")) {
    members.push(parseMember(tokens));
    endItem(tokens, "}");
  }
  return { kind: "object", members, line };
}

function parseMember(tokens: TokenReader): Member {
  const { line } = tokens;
  if (tokens.takes("...")) return { kind: "spread", value: parseExpression(tokens), line };
  const token = tokens.take();
  if (token.kind !== "word" && token.kind !== "string") throw tokens.problem("a property's name is expected");
  if (!tokens.takes(":")) throw tokens.problem('":" is expected (nested resources are not in the subset)');
  const value = parseExpression(tokens);
  if (token.kind === "word") return { kind: "property", name: token.text, value, line };
  const [text] = token.parts;
  if (token.parts.length === 1 && typeof text === "string") {
    return { kind: "property", name: text, value, line };
  }
  const name: Expression = { kind: "string", parts: token.parts.map((part) => toPart(part)), line };
  return { kind: "computed", name, value, line };
}

/** Items stand on lines of their own or have commas between them. */
function endItem(tokens: TokenReader, end: string): void {
  if (tokens.is(end)) return;
  if (!tokens.takes(",") && tokens.next.kind !== "newline")
    throw tokens.problem("a line break or a comma is expected");
  tokens.skipNewlines();
}
