/** How to reach the storage account: a connection string, or the identity of the app. */
export type StorageConnection = string | StorageIdentity;

/** An account that takes no keys: its addresses, without a trailing slash, and which identity of the app it knows. */
export type StorageIdentity = {
  tableEndpoint: string;
  blobEndpoint: string;
  /** Of a user-assigned identity; undefined for the app's own. */
  clientId: string | undefined;
};
