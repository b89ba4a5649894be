/** The link when it leads to a web page, else nothing: `javascript:` and its kin are not links here. */
export function toSafeLink(link: string | null, base: string): string | undefined {
  if (link === null || !URL.canParse(link, base)) return undefined;
  const url = new URL(link, base);
  return url.protocol === "https:" || url.protocol === "http:" ? url.href : undefined;
}
