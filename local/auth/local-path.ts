const BASE = "http://local.invalid";

/** The part of this site that a redirect parameter names, or undefined when it leads (or may lead) anywhere else. */
export function toLocalPath(value: string | undefined): string | undefined {
  if (value === undefined || !value.startsWith("/") || !URL.canParse(value, BASE)) return undefined;
  const url = new URL(value, BASE);
  const path = url.pathname + url.search + url.hash;
  // Normalising can bring a second slash to the front ("/.//elsewhere"), which browsers read as a host.
  return url.origin === BASE && !path.startsWith("//") ? path : undefined;
}
