/** The URLs by which clients manage an instance (azure-functions-durable-extension, HttpApiHandler.cs and HttpManagementPayload.cs). */

/** What the URLs are made of; `baseUrl` ends without a slash. */
export interface ManagementUrlParts {
  baseUrl: string;
  taskHub: string;
  connection: string;
  systemKey: string;
}

/** The query string that every management URL carries. */
export function requiredQueryString({ taskHub, connection, systemKey }: ManagementUrlParts): string {
  return String(new URLSearchParams({ taskHub, connection, code: systemKey }));
}

/** The management URLs of one instance; `{eventName}` and `{text}` are left for the client to fill in. */
export function toManagementUrls(instanceId: string, parts: ManagementUrlParts) {
  const instance = `${parts.baseUrl}/instances/${encodeURIComponent(instanceId)}`;
  const query = requiredQueryString(parts);
  return {
    id: instanceId,
    statusQueryGetUri: `${instance}?${query}`,
    sendEventPostUri: `${instance}/raiseEvent/{eventName}?${query}`,
    terminatePostUri: `${instance}/terminate?reason={text}&${query}`,
    purgeHistoryDeleteUri: `${instance}?${query}`,
    restartPostUri: `${instance}/restart?${query}`,
    suspendPostUri: `${instance}/suspend?reason={text}&${query}`,
    resumePostUri: `${instance}/resume?reason={text}&${query}`,
  };
}

/** The URL that asks for the rewind of an instance; it stands in binding payloads only, never in HTTP answers. */
export function toRewindUrl(instanceId: string, parts: ManagementUrlParts): string {
  const instance = `${parts.baseUrl}/instances/${encodeURIComponent(instanceId)}`;
  return `${instance}/rewind?reason={text}&${requiredQueryString(parts)}`;
}
