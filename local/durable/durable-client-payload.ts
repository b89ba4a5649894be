/** What a durableClient binding receives (azure-functions-durable-extension, BindingHelper.cs). */
import { requiredQueryString, toManagementUrls, toRewindUrl } from "./management-urls.ts";

/** The JSON text of a durableClient binding; durable-functions makes all its calls under `rpcBaseUrl`, which ends with a slash. */
export function toDurableClientPayload(options: {
  hostUrl: string;
  rpcBaseUrl: string;
  taskHub: string;
  connection: string;
  systemKey: string;
}): string {
  const { taskHub, connection, systemKey } = options;
  const baseUrl = `${options.hostUrl.replace(/\/+$/u, "")}/runtime/webhooks/durabletask`;
  const parts = { baseUrl, taskHub, connection, systemKey };
  const code = String(new URLSearchParams({ code: systemKey }));
  const create = `${baseUrl}/orchestrators/{functionName}[/{instanceId}]`;
  const { id, ...urls } = toManagementUrls("INSTANCEID", parts);
  return JSON.stringify({
    taskHubName: taskHub,
    connectionName: connection,
    creationUrls: {
      createNewInstancePostUri: `${create}?${code}`,
      createAndWaitOnNewInstancePostUri: `${create}?timeout={timeoutInSeconds}&pollingInterval={intervalInSeconds}&${code}`,
    },
    managementUrls: { id, ...urls, rewindPostUri: toRewindUrl(id, parts) },
    baseUrl,
    requiredQueryStringParameters: requiredQueryString(parts),
    rpcBaseUrl: options.rpcBaseUrl,
    httpBaseUrl: baseUrl,
  });
}
