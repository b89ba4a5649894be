/** What a check of the infrastructure found, and where. */

/** One thing that is wrong; `line` counts from 1. */
export type Problem = { file: string; line: number; message: string };

/** The form that editors and terminals make clickable: `infra/main.bicep:12 what is wrong`. */
export function formatProblem({ file, line, message }: Problem): string {
  return `${file}:${line} ${message}`;
}

/** A file that cannot be read as what it should be; carries where reading ended. */
export class SyntaxProblem extends Error {
  readonly line: number;

  constructor(line: number, message: string) {
    super(message);
    this.name = "SyntaxProblem";
    this.line = line;
  }
}
