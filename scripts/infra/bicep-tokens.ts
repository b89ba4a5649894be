/** Cuts Bicep text into tokens; an interpolated string holds the tokens of its expressions. */
import { SyntaxProblem } from "./problem.ts";

/** A token; `newline` ends an item of an array, a property of an object, and a declaration. */
export type Token =
  | { kind: "word"; text: string; line: number }
  | { kind: "punctuation"; text: string; line: number }
  | { kind: "number"; value: number; line: number }
  | { kind: "string"; parts: (string | Token[])[]; line: number }
  | { kind: "newline"; line: number }
  | { kind: "end"; line: number };

const PUNCTUATION = /^(?:\.\.\.|&&|\|\||==|!=|=~|!~|<=|>=|\?\?|::|\.\?|=>|[{}[\]().,:;?=+\-*/%<>!|@])/;
const ESCAPES: Record<string, string> = { n: "\n", r: "\r", t: "\t", "'": "'", "\\": "\\", $: "$" };

/** All tokens of a file, the last of kind `end`. */
export function readTokens(text: string): Token[] {
  const cursor = new Cursor(text.replaceAll("\r\n", "\n"));
  const tokens = readUntil(cursor, false);
  return [...tokens, { kind: "end", line: cursor.line }];
}

class Cursor {
  readonly text: string;
  at = 0;
  line = 1;

  constructor(text: string) {
    this.text = text;
  }

  get rest(): string {
    return this.text.slice(this.at);
  }

  get isAtEnd(): boolean {
    return this.at >= this.text.length;
  }

  startsWith(text: string): boolean {
    return this.text.startsWith(text, this.at);
  }

  /** Goes on by some characters and returns them. */
  take(length: number): string {
    const taken = this.text.slice(this.at, this.at + length);
    this.at += length;
    this.line += taken.split("\n").length - 1;
    return taken;
  }
}

/** Reads to the end, or, inside a string, to the brace that closes `${`. */
function readUntil(cursor: Cursor, isInString: boolean): Token[] {
  const tokens: Token[] = [];
  let open = 0;
  while (!cursor.isAtEnd) {
    if (isInString && open === 0 && cursor.startsWith("}")) return tokens;
    const { line } = cursor;
    const token = readToken(cursor);
    if (token === null) continue;
    if (token.kind === "newline" && isInString) throw new SyntaxProblem(line, "a line ends inside a string");
    if (token.kind === "punctuation" && token.text === "{") open += 1;
    if (token.kind === "punctuation" && token.text === "}") open -= 1;
    tokens.push(token);
  }
  if (isInString) throw new SyntaxProblem(cursor.line, "a string has no end");
  return tokens;
}

/** The next token, or null for blanks and comments. */
function readToken(cursor: Cursor): Token | null {
  const { line, rest } = cursor;
  const skipped = /^(?:[ \t]+|\/\/[^\n]*|\/\*[^]*?\*\/)/.exec(rest)?.[0];
  if (skipped !== undefined) {
    cursor.take(skipped.length);
    return null;
  }
  if (rest.startsWith("\n")) {
    cursor.take(1);
    return { kind: "newline", line };
  }
  if (rest.startsWith("'''")) return readMultiline(cursor);
  if (rest.startsWith("'")) return readString(cursor);
  const word = /^[A-Za-z_]\w*/.exec(rest)?.[0];
  if (word !== undefined) return { kind: "word", text: cursor.take(word.length), line };
  const digits = /^\d+/.exec(rest)?.[0];
  if (digits !== undefined) return { kind: "number", value: Number(cursor.take(digits.length)), line };
  const punctuation = PUNCTUATION.exec(rest)?.[0];
  if (punctuation === undefined) throw new SyntaxProblem(line, `"${rest.charAt(0)}" means nothing here`);
  return { kind: "punctuation", text: cursor.take(punctuation.length), line };
}

function readMultiline(cursor: Cursor): Token {
  const { line } = cursor;
  cursor.take(3);
  const length = cursor.rest.indexOf("'''");
  if (length < 0) throw new SyntaxProblem(line, "a string of several lines has no end");
  // A line break right after the opening quotes is not part of the text.
  const text = cursor.take(length).replace(/^\n/, "");
  cursor.take(3);
  return { kind: "string", parts: [text], line };
}

function readString(cursor: Cursor): Token {
  const { line } = cursor;
  const parts: (string | Token[])[] = [];
  let text = "";
  cursor.take(1);
  while (!cursor.startsWith("'")) {
    if (cursor.isAtEnd || cursor.startsWith("\n")) throw new SyntaxProblem(line, "a string has no end");
    if (cursor.startsWith("${")) {
      cursor.take(2);
      parts.push(text, readUntil(cursor, true));
      text = "";
      cursor.take(1);
    } else if (cursor.startsWith("\\")) {
      text += readEscape(cursor);
    } else {
      text += cursor.take(1);
    }
  }
  cursor.take(1);
  parts.push(text);
  return { kind: "string", parts: parts.filter((part) => part !== "" || parts.length === 1), line };
}

function readEscape(cursor: Cursor): string {
  const { line } = cursor;
  const unicode = /^\\u\{([0-9a-fA-F]{1,6})\}/.exec(cursor.rest);
  if (unicode?.[1] !== undefined) {
    cursor.take(unicode[0].length);
    return String.fromCodePoint(Number.parseInt(unicode[1], 16));
  }
  const escaped = ESCAPES[cursor.take(2).slice(1)];
  if (escaped === undefined) throw new SyntaxProblem(line, "an unknown escape in a string");
  return escaped;
}
