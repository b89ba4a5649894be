// The function app on Flex Consumption, its settings, and who may come in.
param name string
param location string
param tags object
param nodeVersion string
param instanceMemoryMB int
param maximumInstanceCount int
param alwaysReadyDurable int
param identityName string
param storageName string
param packageContainerName string
param signalRName string
param vaultName string
param evidenceKeyName string
param applicationInsightsName string
param authClientId string

@description('{orgIds, login, loginUrl, clientId, username, clientCertThumbprints}')
param salesforce object

param orderCoreFields string
param orderRuleFields string
param orderLink string
param allowedOrigins string
param inboxRetentionDays int
param historyRetentionDays int

// The same file that the local runtime obeys.
var auth = loadJsonContent('../auth.json')
// Secrets that a person puts into Key Vault; an empty setting counts as none.
var clientSecret = salesforce.login == 'clientCredentials' ? '@Microsoft.KeyVault(SecretUri=${vault.properties.vaultUri}secrets/salesforce-client-secret)' : ''
var jwtPrivateKey = salesforce.login == 'jwtBearer' ? '@Microsoft.KeyVault(SecretUri=${vault.properties.vaultUri}secrets/salesforce-jwt-private-key)' : ''

resource identity 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' existing = {
  name: identityName
}

resource account 'Microsoft.Storage/storageAccounts@2025-06-01' existing = {
  name: storageName
}

resource signalR 'Microsoft.SignalRService/signalR@2024-03-01' existing = {
  name: signalRName
}

resource vault 'Microsoft.KeyVault/vaults@2024-11-01' existing = {
  name: vaultName
}

resource evidenceKey 'Microsoft.KeyVault/vaults/keys@2024-11-01' existing = {
  parent: vault
  name: evidenceKeyName
}

resource applicationInsights 'Microsoft.Insights/components@2020-02-02' existing = {
  name: applicationInsightsName
}

resource plan 'Microsoft.Web/serverfarms@2024-11-01' = {
  name: name
  location: location
  tags: tags
  kind: 'functionapp'
  sku: { name: 'FC1', tier: 'FlexConsumption' }
  properties: { reserved: true }
}

resource site 'Microsoft.Web/sites@2024-11-01' = {
  name: name
  location: location
  // azd finds the app of the service `app` in azure.yaml by this tag.
  tags: union(tags, { 'azd-service-name': 'app' })
  kind: 'functionapp,linux'
  identity: {
    type: 'UserAssigned'
    userAssignedIdentities: { '${identity.id}': {} }
  }
  properties: {
    serverFarmId: plan.id
    httpsOnly: true
    keyVaultReferenceIdentity: identity.id
    // Asked for, never demanded by the platform: the app checks thumbprints on the one route that wants them.
    clientCertEnabled: !empty(salesforce.clientCertThumbprints)
    clientCertMode: 'Optional'
    siteConfig: { minTlsVersion: '1.2' }
    functionAppConfig: {
      deployment: {
        storage: {
          type: 'blobContainer'
          value: '${account.properties.primaryEndpoints.blob}${packageContainerName}'
          authentication: {
            type: 'UserAssignedIdentity'
            userAssignedIdentityResourceId: identity.id
          }
        }
      }
      runtime: { name: 'node', version: nodeVersion }
      scaleAndConcurrency: {
        instanceMemoryMB: instanceMemoryMB
        maximumInstanceCount: maximumInstanceCount
        // Without it the first message of a quiet hour waits for an instance to start.
        alwaysReady: [{ name: 'durable', instanceCount: alwaysReadyDurable }]
      }
    }
  }
}

// Deployment is for identities too: no publishing password.
resource publishing 'Microsoft.Web/sites/basicPublishingCredentialsPolicies@2024-11-01' = [for way in ['ftp', 'scm']: {
  parent: site
  name: way
  properties: { allow: false }
}]

resource settings 'Microsoft.Web/sites/config@2024-11-01' = {
  parent: site
  name: 'appsettings'
  properties: {
    AzureWebJobsStorage__accountName: account.name
    AzureWebJobsStorage__credential: 'managedidentity'
    AzureWebJobsStorage__clientId: identity.properties.clientId
    AzureSignalRConnectionString__serviceUri: 'https://${signalR.properties.hostName}'
    AzureSignalRConnectionString__credential: 'managedidentity'
    AzureSignalRConnectionString__clientId: identity.properties.clientId
    AzureWebJobsDisableHomepage: 'true'
    AZURE_CLIENT_ID: identity.properties.clientId
    APPLICATIONINSIGHTS_CONNECTION_STRING: applicationInsights.properties.ConnectionString
    APPLICATIONINSIGHTS_AUTHENTICATION_STRING: 'ClientId=${identity.properties.clientId};Authorization=AAD'
    OVERRIDE_USE_MI_FIC_ASSERTION_CLIENTID: identity.properties.clientId
    SALESFORCE_ORG_IDS: salesforce.orgIds
    SALESFORCE_LOGIN_URL: salesforce.loginUrl
    SALESFORCE_CLIENT_ID: salesforce.clientId
    SALESFORCE_CLIENT_SECRET: clientSecret
    SALESFORCE_JWT_PRIVATE_KEY: jwtPrivateKey
    SALESFORCE_USERNAME: salesforce.username
    SALESFORCE_CLIENT_CERT_THUMBPRINTS: salesforce.clientCertThumbprints
    ORDER_CORE_FIELDS: orderCoreFields
    ORDER_RULE_FIELDS: orderRuleFields
    ORDER_LINK: orderLink
    ALLOWED_ORIGINS: allowedOrigins
    INBOX_RETENTION_DAYS: string(inboxRetentionDays)
    HISTORY_RETENTION_DAYS: string(historyRetentionDays)
    EVIDENCE_KEY: evidenceKey.properties.keyUri
  }
}

resource authentication 'Microsoft.Web/sites/config@2024-11-01' = {
  parent: site
  name: 'authsettingsV2'
  properties: {
    platform: { enabled: auth.platform.enabled, runtimeVersion: '~1' }
    globalValidation: {
      requireAuthentication: true
      unauthenticatedClientAction: auth.globalValidation.unauthenticatedClientAction
      excludedPaths: auth.globalValidation.excludedPaths
    }
    httpSettings: { requireHttps: true }
    identityProviders: {
      azureActiveDirectory: {
        enabled: auth.identityProviders.azureActiveDirectory.enabled
        registration: {
          clientId: authClientId
          openIdIssuer: '${environment().authentication.loginEndpoint}${tenant().tenantId}/v2.0'
          // No secret: the identity vouches for the app (a federated credential of the Entra application).
          clientSecretSettingName: 'OVERRIDE_USE_MI_FIC_ASSERTION_CLIENTID'
        }
        validation: { allowedAudiences: [authClientId, 'api://${authClientId}'] }
      }
    }
    login: { tokenStore: { enabled: true } }
  }
  // Settings restart the site: one after the other.
  dependsOn: [settings]
}
