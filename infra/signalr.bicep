// Azure SignalR Service without a server of its own: clients connect to it, the app sends through its REST API.
param token string
param location string
param tags object

@description('1,000 connections, 200 pushes to people a second, each.')
param units int

@description('Origins whose pages may connect.')
param origins string[]

resource service 'Microsoft.SignalRService/signalR@2024-03-01' = {
  name: 'orderbell-${token}'
  location: location
  tags: tags
  kind: 'SignalR'
  sku: {
    name: 'Standard_S1'
    tier: 'Standard'
    capacity: units
  }
  properties: {
    // No access keys: a key in a log would open every inbox's push.
    disableLocalAuth: true
    features: [{ flag: 'ServiceMode', value: 'Serverless' }]
    cors: { allowedOrigins: origins }
    publicNetworkAccess: 'Enabled'
  }
}

output name string = service.name
