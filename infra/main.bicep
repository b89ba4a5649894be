// OrderBell on Azure: everything it needs in one resource group. Deployed by `azd up` (azure.yaml) or
// `az deployment group create`. Plain resources only, no registry modules: test/infra checks every line offline.
targetScope = 'resourceGroup'

@description('Name of the environment; names of resources are made from it.')
@minLength(1)
@maxLength(64)
param environmentName string

@description('Region of every resource; Flex Consumption must be offered there.')
param location string = resourceGroup().location

@description('How large: what each size carries and costs is in docs/azure-capacity.md.')
@allowed(['small', 'medium', 'large'])
param preset string = 'small'

@description('Version of Node.js that the app runs on.')
@allowed(['20', '22'])
param nodeVersion string = '22'

@description('Client id of the Entra application that people sign in to; scripts/register-entra-app.sh makes one.')
param authClientId string

@description('Organisations whose outbound messages are taken, comma-separated.')
param salesforceOrgIds string

@description('How the app signs in to Salesforce; the secret itself is put into Key Vault by hand (docs/azure.md).')
@allowed(['none', 'clientCredentials', 'jwtBearer'])
param salesforceLogin string = 'none'

@description('My Domain address of the organisation; needed with a login.')
param salesforceLoginUrl string = ''

@description('Client id of the connected app in Salesforce; needed with a login.')
param salesforceClientId string = ''

@description('User in whose name the JWT bearer flow signs in.')
param salesforceUsername string = ''

@description('SHA-256 thumbprints of the client certificates that may send outbound messages, comma-separated; empty: none is asked for.')
param salesforceClientCertThumbprints string = ''

@description('Order fields whose change is news, comma-separated; empty: the default of the app.')
param orderCoreFields string = ''

@description('Further order fields that rules may use, comma-separated.')
param orderRuleFields string = ''

@description('Where a notification leads, with {orderId}; empty: notifications have no link.')
param orderLink string = ''

@description('Further origins whose pages may change state, comma-separated.')
param allowedOrigins string = ''

@description('How long notifications stay in the inbox, in days.')
@minValue(1)
@maxValue(3650)
param inboxRetentionDays int = 90

@description('How long Durable keeps the histories of orchestrations, in days; their evidence stays.')
@minValue(2)
@maxValue(3650)
param historyRetentionDays int = 30

@description('For how many days after it was written an evidence file can be neither changed nor deleted. Unlocked: can be shortened again until somebody locks the policy.')
@minValue(1)
@maxValue(146000)
param evidenceImmutabilityDays int = 365

@description('How long logs are kept, in days.')
@minValue(30)
@maxValue(730)
param logRetentionDays int = 90

@description('Resource ids of the action groups that alerts call; without one, alerts only show in the portal.')
param alertActionGroupIds string[] = []

var presets = loadJsonContent('presets.json')
var size = presets[preset]
var token = toLower(uniqueString(resourceGroup().id, environmentName))
var tags = { 'azd-env-name': environmentName }
// Known before the app exists, so that SignalR may name its origin and the app SignalR's address.
var appName = 'orderbell-${token}'
var appUrl = 'https://${appName}.azurewebsites.net'

resource identity 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' = {
  name: 'orderbell-${token}'
  location: location
  tags: tags
}

module monitor 'monitor.bicep' = {
  name: 'monitor'
  params: {
    token: token
    location: location
    tags: tags
    retentionDays: logRetentionDays
    dailyLogGb: size.dailyLogGb
  }
}

module storage 'storage.bicep' = {
  name: 'storage'
  params: {
    token: token
    location: location
    tags: tags
    evidenceImmutabilityDays: evidenceImmutabilityDays
  }
}

module signalR 'signalr.bicep' = {
  name: 'signalr'
  params: {
    token: token
    location: location
    tags: tags
    units: size.signalRUnits
    origins: [appUrl]
  }
}

module vault 'vault.bicep' = {
  name: 'vault'
  params: {
    token: token
    location: location
    tags: tags
  }
}

module access 'access.bicep' = {
  name: 'access'
  params: {
    principalId: identity.properties.principalId
    storageName: storage.outputs.name
    signalRName: signalR.outputs.name
    vaultName: vault.outputs.name
    evidenceKeyName: vault.outputs.evidenceKeyName
    applicationInsightsName: monitor.outputs.applicationInsightsName
  }
}

module app 'app.bicep' = {
  name: 'app'
  params: {
    name: appName
    location: location
    tags: tags
    nodeVersion: nodeVersion
    instanceMemoryMB: size.instanceMemoryMB
    maximumInstanceCount: size.maximumInstanceCount
    alwaysReadyDurable: size.alwaysReadyDurable
    identityName: identity.name
    storageName: storage.outputs.name
    packageContainerName: storage.outputs.packageContainerName
    signalRName: signalR.outputs.name
    vaultName: vault.outputs.name
    evidenceKeyName: vault.outputs.evidenceKeyName
    applicationInsightsName: monitor.outputs.applicationInsightsName
    authClientId: authClientId
    salesforce: {
      orgIds: salesforceOrgIds
      login: salesforceLogin
      loginUrl: salesforceLoginUrl
      clientId: salesforceClientId
      username: salesforceUsername
      clientCertThumbprints: salesforceClientCertThumbprints
    }
    orderCoreFields: orderCoreFields
    orderRuleFields: orderRuleFields
    orderLink: orderLink
    allowedOrigins: allowedOrigins
    inboxRetentionDays: inboxRetentionDays
    historyRetentionDays: historyRetentionDays
  }
  // The app reads storage and Key Vault as soon as it starts.
  dependsOn: [access]
}

module alerts 'alerts.bicep' = {
  name: 'alerts'
  params: {
    location: location
    tags: tags
    applicationInsightsName: monitor.outputs.applicationInsightsName
    actionGroupIds: alertActionGroupIds
    hasSalesforceLogin: salesforceLogin != 'none'
  }
}

module workbook 'workbook.bicep' = {
  name: 'workbook'
  params: {
    location: location
    tags: tags
    applicationInsightsName: monitor.outputs.applicationInsightsName
  }
}

// azd keeps outputs as plain text in .azure/<environment>/.env: none of them opens anything.
output APP_NAME string = appName
output APP_URL string = appUrl
output IDENTITY_PRINCIPAL_ID string = identity.properties.principalId
output STORAGE_ACCOUNT_NAME string = storage.outputs.name
output VAULT_NAME string = vault.outputs.name
