/**
 * Connections by identity instead of by a connection string: settings such as `AzureSignalRConnectionString__serviceUri`
 * or `AzureWebJobsStorage__accountName`. They need Microsoft Entra ID, which is not there locally.
 *
 * Source: https://learn.microsoft.com/azure/azure-functions/functions-reference#connections and
 * https://learn.microsoft.com/azure/azure-functions/functions-bindings-signalr-service (identity-based connections;
 * `Azure:SignalR:Endpoints:<name>` for several endpoints, OptionsSetup.cs of the extension). A connection string counts
 * before the identity, as on Azure.
 */
type Settings = Readonly<Record<string, string | undefined>>;

/** Why a SignalR connection cannot be used here, null when it can or nothing is set at all. */
export function findSignalRRefusal(settings: Settings, connection: string): string | null {
  const [endpoint] = namesBelow(settings, "Azure__SignalR__Endpoints", "Azure:SignalR:Endpoints");
  if (endpoint !== undefined) {
    return `the app setting '${endpoint}' names one of several SignalR endpoints; here there is one: put its connection string into '${connection}'`;
  }
  const identity = findIdentitySetting(settings, connection);
  if (identity === null) return null;
  return `the app setting '${identity}' asks for a connection by Microsoft Entra identity, which is not there locally; put a connection string into '${connection}', such as Endpoint=http://localhost;Port=8888;AccessKey=…;Version=1.0;`;
}

/** Why the app's storage cannot be used here, null when it can or nothing is set at all. */
export function findStorageRefusal(settings: Settings): string | null {
  const identity = findIdentitySetting(settings, "AzureWebJobsStorage");
  if (identity === null) return null;
  return `The app setting '${identity}' asks for storage by Microsoft Entra identity, which is not there locally: set 'AzureWebJobsStorage' to UseDevelopmentStorage=true.`;
}

function findIdentitySetting(settings: Settings, connection: string): string | null {
  if ((settings[connection] ?? "") !== "") return null;
  return namesBelow(settings, `${connection}__`, `${connection}:`)[0] ?? null;
}

/** Setting names compare in any letter case, as .NET's configuration does. */
function namesBelow(settings: Settings, ...prefixes: string[]): string[] {
  const lower = prefixes.map((prefix) => prefix.toLowerCase());
  return Object.keys(settings).filter((name) => {
    const found = lower.find((prefix) => name.toLowerCase().startsWith(prefix));
    return found !== undefined && name.length > found.length;
  });
}
