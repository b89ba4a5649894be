// One account for everything the app keeps: its tables, the Durable task hub (queues, tables, leases), the deployed
// package and the evidence files. Shared keys are off: only identities with a role get in.
param token string
param location string
param tags object
param evidenceImmutabilityDays int

// Every table that src/storage opens; test/infra compares.
var tables = [
  'Orders'
  'Sightings'
  'Watermarks'
  'Subscriptions'
  'UserSubscriptions'
  'Preferences'
  'PreferencesPending'
  'Grants'
  'OwnerLinks'
  'Groups'
  'Inbox'
  'Digests'
  'DeadLetters'
  'Evidence'
  'AuditAccesses'
]

resource account 'Microsoft.Storage/storageAccounts@2025-06-01' = {
  name: 'orderbell${token}'
  location: location
  tags: tags
  kind: 'StorageV2'
  // Zone-redundant: what is told of an order must outlive a data centre.
  sku: { name: 'Standard_ZRS' }
  properties: {
    accessTier: 'Hot'
    allowBlobPublicAccess: false
    allowCrossTenantReplication: false
    allowSharedKeyAccess: false
    defaultToOAuthAuthentication: true
    minimumTlsVersion: 'TLS1_2'
    supportsHttpsTrafficOnly: true
    publicNetworkAccess: 'Enabled'
  }
}

resource tableService 'Microsoft.Storage/storageAccounts/tableServices@2025-06-01' = {
  parent: account
  name: 'default'
}

resource declaredTables 'Microsoft.Storage/storageAccounts/tableServices/tables@2025-06-01' = [for table in tables: {
  parent: tableService
  name: table
}]

// No versioning: Durable rewrites its lease blobs every few seconds, and each write would be kept.
resource blobService 'Microsoft.Storage/storageAccounts/blobServices@2025-06-01' = {
  parent: account
  name: 'default'
}

resource packages 'Microsoft.Storage/storageAccounts/blobServices/containers@2025-06-01' = {
  parent: blobService
  name: 'packages'
  properties: { publicAccess: 'None' }
}

resource evidence 'Microsoft.Storage/storageAccounts/blobServices/containers@2025-06-01' = {
  parent: blobService
  name: 'evidence'
  properties: { publicAccess: 'None' }
}

// Write once: time-based, for the whole container. Locking it cannot be undone and is therefore done by a person.
resource evidencePolicy 'Microsoft.Storage/storageAccounts/blobServices/containers/immutabilityPolicies@2025-06-01' = {
  parent: evidence
  name: 'default'
  properties: {
    immutabilityPeriodSinceCreationInDays: evidenceImmutabilityDays
    allowProtectedAppendWrites: false
  }
}

output name string = account.name
output packageContainerName string = packages.name
