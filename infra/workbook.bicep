// The operator's page in the portal: what arrived, how fast it rang, what people did with it, what failed.
param location string
param tags object
param applicationInsightsName string

var charts = [
  { title: 'Changes by route', query: loadTextContent('queries/changes-by-route.kql'), show: 'timechart' }
  { title: 'From heard of to pushed (ms)', query: loadTextContent('queries/push-latency.kql'), show: 'timechart' }
  { title: 'Receipts by state', query: loadTextContent('queries/receipts-by-state.kql'), show: 'timechart' }
  { title: 'Not told, by rule', query: loadTextContent('queries/exclusions-by-rule.kql'), show: 'barchart' }
  { title: 'Dead letters', query: loadTextContent('queries/dead-letters-over-time.kql'), show: 'barchart' }
  { title: 'Requests to tables', query: loadTextContent('queries/storage-operations.kql'), show: 'table' }
]

var items = [for chart in charts: {
  type: 3
  name: chart.title
  content: {
    version: 'KqlItem/1.0'
    title: chart.title
    query: chart.query
    size: 0
    queryType: 0
    resourceType: 'microsoft.insights/components'
    visualization: chart.show
    timeContext: { durationMs: 86400000 }
  }
}]

resource applicationInsights 'Microsoft.Insights/components@2020-02-02' existing = {
  name: applicationInsightsName
}

resource workbook 'Microsoft.Insights/workbooks@2023-06-01' = {
  // A workbook's name is a GUID.
  name: guid(resourceGroup().id, 'orderbell-workbook')
  location: location
  tags: tags
  kind: 'shared'
  properties: {
    displayName: 'OrderBell'
    category: 'workbook'
    sourceId: applicationInsights.id
    serializedData: string({
      version: 'Notebook/1.0'
      items: items
      fallbackResourceIds: [applicationInsights.id]
    })
  }
}
