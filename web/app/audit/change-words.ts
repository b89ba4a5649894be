/** Routes, states and fields of a change in words. */

const ROUTES: ReadonlyMap<string, string> = new Map([
  ["outboundMessage", "By outbound message"],
  ["poll", "By polling"],
  ["reconciliation", "By the nightly reconciliation"],
]);

const STATUSES: ReadonlyMap<string, string> = new Map([
  ["Running", "Still running"],
  ["Pending", "Waiting to start"],
  ["Completed", "Finished"],
  ["Failed", "Failed"],
  ["Terminated", "Ended by an administrator"],
  ["Suspended", "Suspended"],
  ["ContinuedAsNew", "Went on in a new run"],
  ["Canceled", "Cancelled"],
]);

/** How we heard of a change; a route that is newer than this page is called what the server calls it. */
export function toRouteWords(route: string): string {
  return ROUTES.get(route) ?? `By ${route}`;
}

/** What a status of Durable Functions means. */
export function toStatusWords(status: string): string {
  return STATUSES.get(status) ?? status;
}

/** Whether an orchestration is over, so that there can be evidence of it. */
export function isOver(status: string): boolean {
  return !["Running", "Pending", "Suspended", "ContinuedAsNew"].includes(status);
}
