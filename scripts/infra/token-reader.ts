/** A place in a list of tokens, with what a parser asks there. */
import type { Token } from "./bicep-tokens.ts";
import { SyntaxProblem } from "./problem.ts";

/** Reads tokens one after another; a wrong one throws with its line. */
export class TokenReader {
  readonly #tokens: readonly Token[];
  #at = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  /** The next token, which stays where it is. */
  get next(): Token {
    return this.#tokens[this.#at] ?? { kind: "end", line: this.#tokens.at(-1)?.line ?? 1 };
  }

  get line(): number {
    return this.next.line;
  }

  take(): Token {
    const token = this.next;
    this.#at += 1;
    return token;
  }

  /** Whether the next token is this punctuation or word. */
  is(text: string): boolean {
    const { next } = this;
    return (next.kind === "punctuation" || next.kind === "word") && next.text === text;
  }

  /** Takes the next token when it is this one. */
  takes(text: string): boolean {
    if (!this.is(text)) return false;
    this.#at += 1;
    return true;
  }

  expect(text: string): void {
    if (!this.takes(text)) throw this.problem(`"${text}" is expected`);
  }

  expectWord(): string {
    const token = this.take();
    if (token.kind !== "word") throw new SyntaxProblem(token.line, "a name is expected");
    return token.text;
  }

  skipNewlines(): void {
    while (this.next.kind === "newline") this.#at += 1;
  }

  /** Whether the next token that is no line break is this one; then it is taken with what stands before it. */
  takesAfterNewlines(text: string): boolean {
    const start = this.#at;
    this.skipNewlines();
    if (this.takes(text)) return true;
    this.#at = start;
    return false;
  }

  /** Whether nothing comes any more. */
  get isAtEnd(): boolean {
    return this.next.kind === "end";
  }

  /** Whether the line ends here. */
  get isAtLineEnd(): boolean {
    return this.isAtEnd || this.next.kind === "newline";
  }

  problem(message: string): SyntaxProblem {
    return new SyntaxProblem(this.line, message);
  }
}
