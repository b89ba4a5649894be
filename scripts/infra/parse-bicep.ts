/** Parses a Bicep file: its declarations, in order. */
import type { BicepFile, Declaration, Decorator, Expression, TypeName } from "./bicep-syntax.ts";
import { readTokens } from "./bicep-tokens.ts";
import { parseExpression, parseIf } from "./parse-expression.ts";
import { TokenReader } from "./token-reader.ts";

const TYPES: readonly string[] = ["string", "int", "bool", "object", "array"];

/** Reads a file; throws a SyntaxProblem for what is no Bicep or outside the subset (see bicep-syntax.ts). */
export function parseBicep(file: string, text: string): BicepFile {
  const tokens = new TokenReader(readTokens(text));
  const declarations: Declaration[] = [];
  for (;;) {
    tokens.skipNewlines();
    if (tokens.isAtEnd) return { file, declarations };
    declarations.push(parseDeclaration(tokens));
    if (!tokens.isAtLineEnd) throw tokens.problem("a declaration ends with its line");
  }
}

function parseDeclaration(tokens: TokenReader): Declaration {
  const decorators = parseDecorators(tokens);
  const { line } = tokens;
  const keyword = tokens.expectWord();
  switch (keyword) {
    case "targetScope":
      tokens.expect("=");
      return { kind: keyword, name: keyword, value: parseExpression(tokens), decorators, line };
    case "param": {
      const name = tokens.expectWord();
      const type = parseType(tokens);
      const value = tokens.takes("=") ? parseExpression(tokens) : null;
      return { kind: keyword, name, type, value, decorators, line };
    }
    case "var": {
      const name = tokens.expectWord();
      tokens.expect("=");
      return { kind: keyword, name, value: parseExpression(tokens), decorators, line };
    }
    case "output": {
      const name = tokens.expectWord();
      const type = parseType(tokens);
      tokens.expect("=");
      return { kind: keyword, name, type, value: parseExpression(tokens), decorators, line };
    }
    case "resource": {
      const name = tokens.expectWord();
      const type = parsePath(tokens);
      const existing = tokens.takes("existing");
      return { kind: keyword, name, type, existing, value: parseBody(tokens), decorators, line };
    }
    case "module": {
      const name = tokens.expectWord();
      return { kind: keyword, name, path: parsePath(tokens), value: parseBody(tokens), decorators, line };
    }
    default:
      throw tokens.problem(`"${keyword}" is not in the subset that is checked`);
  }
}

function parseDecorators(tokens: TokenReader): Decorator[] {
  const decorators: Decorator[] = [];
  while (tokens.is("@")) {
    const { line } = tokens;
    tokens.expect("@");
    const call = parseExpression(tokens);
    if (call.kind !== "call") throw tokens.problem("a decorator is a call");
    decorators.push({ name: call.name, args: call.args, line });
    tokens.skipNewlines();
  }
  return decorators;
}

function parseType(tokens: TokenReader): TypeName {
  const type = tokens.expectWord();
  if (type === "string" && tokens.takes("[")) {
    tokens.expect("]");
    return "string[]";
  }
  if (isType(type)) return type;
  throw tokens.problem(`the type "${type}" is not in the subset that is checked`);
}

function isType(type: string): type is TypeName {
  return TYPES.includes(type);
}

function parsePath(tokens: TokenReader): string {
  const token = tokens.take();
  const [path, ...others] = token.kind === "string" ? token.parts : [];
  if (typeof path !== "string" || others.length > 0) throw tokens.problem("a plain string is expected");
  return path;
}

function parseBody(tokens: TokenReader): Expression {
  tokens.expect("=");
  return tokens.is("if") ? parseIf(tokens) : parseExpression(tokens);
}
