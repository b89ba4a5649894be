// Key Vault: what signs in to Salesforce (a secret, put in by hand) and what signs evidence (a key that never leaves it).
param token string
param location string
param tags object

resource vault 'Microsoft.KeyVault/vaults@2024-11-01' = {
  name: 'ob-${token}'
  location: location
  tags: tags
  properties: {
    tenantId: tenant().tenantId
    sku: { family: 'A', name: 'standard' }
    enableRbacAuthorization: true
    enableSoftDelete: true
    softDeleteRetentionInDays: 90
    // Evidence that was signed must stay verifiable: nobody removes the key before its time.
    enablePurgeProtection: true
    publicNetworkAccess: 'Enabled'
  }
}

resource evidenceKey 'Microsoft.KeyVault/vaults/keys@2024-11-01' = {
  parent: vault
  name: 'evidence'
  properties: {
    kty: 'EC'
    curveName: 'P-256'
    keyOps: ['sign', 'verify']
    attributes: { enabled: true, exportable: false }
  }
}

output name string = vault.name
output evidenceKeyName string = evidenceKey.name
