/**
 * Azure's built-in roles that the app's identity needs: the id, the kind of resource it is given on, and what for.
 * Ids: learn.microsoft.com/azure/role-based-access-control/built-in-roles. Nothing else is assigned: a role that is not
 * in this table, or stands on something larger, is a problem.
 */

/** A role, where it is given, and why. */
export type NeededRole = { id: string; on: string; why: string };

/** By name. */
export const NEEDED_ROLES: Readonly<Record<string, NeededRole>> = {
  "Storage Blob Data Owner": {
    id: "b7e6dc6d-f1e8-4753-8033-0f276bb0955b",
    on: "Microsoft.Storage/storageAccounts",
    why: "host locks and keys, leases and large messages of Durable, the package, evidence (functions-reference, AzureWebJobsStorage)",
  },
  "Storage Queue Data Contributor": {
    id: "974c5e8b-45b9-4653-ba55-5f855dd0fb88",
    on: "Microsoft.Storage/storageAccounts",
    why: "control and work-item queues of Durable (durable-functions-configure-managed-identity)",
  },
  "Storage Table Data Contributor": {
    id: "0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3",
    on: "Microsoft.Storage/storageAccounts",
    why: "the app's tables, and history and instances of Durable (durable-functions-configure-managed-identity)",
  },
  "SignalR Service Owner": {
    id: "7e4f1700-ea5a-4f59-8f37-079cfe29dce3",
    on: "Microsoft.SignalRService/signalR",
    why: "tokens for clients, messages and groups (functions-bindings-signalr-service, identity-based connections)",
  },
  "Key Vault Secrets User": {
    id: "4633458b-17de-408a-b874-0445c86b69e6",
    on: "Microsoft.KeyVault/vaults",
    why: "references in app settings to the secret of the Salesforce login (app-service-key-vault-references)",
  },
  "Key Vault Crypto User": {
    id: "12338af0-0e69-4776-bea7-57ae8d297424",
    on: "Microsoft.KeyVault/vaults/keys",
    why: "signing evidence with the one key, which never leaves the vault (key-vault/general/rbac-guide)",
  },
  "Monitoring Metrics Publisher": {
    id: "3913510d-42f4-4e42-8a64-420c390055eb",
    on: "Microsoft.Insights/components",
    why: "telemetry without an instrumentation key (azure-monitor/app/azure-ad-authentication)",
  },
};
