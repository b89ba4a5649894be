const LONGEST_QUOTE = 80;

/** Quotes at most 80 characters of what a stranger sent, so that an error message stays one short line. */
export function quote(text: string): string {
  const shown = text.length <= LONGEST_QUOTE ? text : `${text.slice(0, LONGEST_QUOTE - 1)}…`;
  return JSON.stringify(shown);
}
