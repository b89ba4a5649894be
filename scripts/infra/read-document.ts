/** Reads JSON and YAML alike (JSON is YAML), and knows on which line each value stands. */
import { isNode, LineCounter, parseDocument } from "yaml";
import { SyntaxProblem } from "./problem.ts";

/** A parsed file; `value` is not yet checked. */
export type SourceDocument = { value: unknown; lineOf(path: readonly PropertyKey[]): number };

/** Throws a SyntaxProblem for what is neither JSON nor YAML, or names a key twice. */
export function readDocument(text: string): SourceDocument {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, uniqueKeys: true });
  const [error] = document.errors;
  if (error) throw new SyntaxProblem(lines.linePos(error.pos[0]).line, error.message.split("\n")[0] ?? "");
  return {
    value: document.toJS(),
    lineOf(path) {
      // What is missing has no place of its own: then that of what should hold it.
      for (let length = path.length; length > 0; length -= 1) {
        const node = document.getIn(path.slice(0, length), true);
        if (isNode(node) && node.range) return lines.linePos(node.range[0]).line;
      }
      return 1;
    },
  };
}
