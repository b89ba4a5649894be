/**
 * The app's own identity, for a storage account that takes no keys. The library that gets its tokens is loaded with the
 * first of them: with a connection string it never is.
 */
import type { TokenCredential } from "@azure/identity";

/** Signs in as the user-assigned identity `clientId`, or as the app's own without one. */
export function createAppCredential(clientId: string | undefined): TokenCredential {
  let opening: Promise<TokenCredential> | undefined;
  const open = () => {
    opening ??= import("@azure/identity").then(
      ({ DefaultAzureCredential }) =>
        new DefaultAzureCredential(clientId === undefined ? {} : { managedIdentityClientId: clientId }),
    );
    return opening;
  };
  return { getToken: async (...request) => (await open()).getToken(...request) };
}
