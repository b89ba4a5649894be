// What an operator is woken for. Each query answers with rows when something is wrong; the runbook is docs/operations.md.
param location string
param tags object
param applicationInsightsName string
param actionGroupIds string[]

@description('Without a login nothing polls: neither lag nor silence can be told.')
param hasSalesforceLogin bool

var alerts = [
  {
    name: 'webhook-silence'
    title: 'Salesforce sends no outbound messages'
    query: loadTextContent('queries/webhook-silence.kql')
    severity: 2
    every: 'PT15M'
    window: 'PT1H'
    enabled: hasSalesforceLogin
  }
  {
    name: 'poll-lag'
    title: 'Polling of Salesforce is late'
    query: loadTextContent('queries/poll-lag.kql')
    severity: 2
    every: 'PT5M'
    window: 'PT15M'
    enabled: hasSalesforceLogin
  }
  {
    name: 'dead-letters'
    title: 'Notifications could not be delivered'
    query: loadTextContent('queries/dead-letters.kql')
    severity: 1
    every: 'PT5M'
    window: 'PT5M'
    enabled: true
  }
  {
    name: 'failures'
    title: 'A function fails again and again'
    query: loadTextContent('queries/failures.kql')
    severity: 2
    every: 'PT5M'
    window: 'PT15M'
    enabled: true
  }
  {
    name: 'slow-pushes'
    title: 'Notifications are late'
    query: loadTextContent('queries/slow-pushes.kql')
    severity: 2
    every: 'PT5M'
    window: 'PT15M'
    enabled: true
  }
]

resource applicationInsights 'Microsoft.Insights/components@2020-02-02' existing = {
  name: applicationInsightsName
}

resource rules 'Microsoft.Insights/scheduledQueryRules@2023-12-01' = [for alert in alerts: {
  name: 'orderbell-${alert.name}'
  location: location
  tags: tags
  kind: 'LogAlert'
  properties: {
    displayName: 'OrderBell: ${alert.title}'
    severity: alert.severity
    enabled: alert.enabled
    scopes: [applicationInsights.id]
    evaluationFrequency: alert.every
    windowSize: alert.window
    criteria: {
      allOf: [
        {
          query: alert.query
          timeAggregation: 'Count'
          operator: 'GreaterThan'
          threshold: 0
          failingPeriods: { numberOfEvaluationPeriods: 1, minFailingPeriodsToAlert: 1 }
        }
      ]
    }
    autoMitigate: true
    actions: { actionGroups: actionGroupIds }
  }
}]
