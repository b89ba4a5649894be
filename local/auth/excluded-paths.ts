/**
 * Which paths App Service Authentication leaves alone (`globalValidation.excludedPaths`).
 *
 * Verified: an entry ending in `/*` excludes everything below it (the product team's answer in
 * MicrosoftDocs/azure-docs#86514); richer wildcards were asked for later and are not there (#106668).
 * Not verified: the documentation does not say whether an entry without `*` is exact or a prefix. A report that
 * `/openapi/` and `/swagger/ui` were enough for all files below them (Azure/azure-functions-openapi-extension#644)
 * hints at a prefix; letter case and encoded slashes are not documented either.
 *
 * Where it is open, this matcher excludes less: exact, case-sensitive, no encoded slashes. What works here
 * unauthenticated then works in Azure too. The other way round, an app must not rely on App Service alone to refuse:
 * if `/` were a prefix there, every request would reach it, only without principal headers.
 */

/** True when a request for `pathname` (as URL parsing normalised it) passes without a session. */
export function isExcludedPath(pathname: string, excludedPaths: readonly string[]): boolean {
  if (/%2f|%5c|\\/i.test(pathname)) return false;
  return excludedPaths.some((entry) =>
    entry.endsWith("/*") ? pathname.startsWith(entry.slice(0, -1)) : pathname === entry,
  );
}
