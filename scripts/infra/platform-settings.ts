/** App settings that the code does not read itself, or reads in another form; each with the reason it is there. */

/** In Bicep, read by the Functions host, its extensions or App Service. */
export const PLATFORM_SETTINGS: Readonly<Record<string, string>> = {
  AzureWebJobsStorage__accountName: "the storage account, reached by identity: host, Durable and our tables",
  AzureWebJobsStorage__credential: "by managed identity",
  AzureWebJobsStorage__clientId: "by this one",
  AzureSignalRConnectionString__serviceUri: "the SignalR service, reached by identity",
  AzureSignalRConnectionString__credential: "by managed identity",
  AzureSignalRConnectionString__clientId: "by this one",
  AzureWebJobsDisableHomepage: "`/` is ours: without it the host answers with its own page",
  AZURE_CLIENT_ID: "which identity DefaultAzureCredential of @azure/identity takes",
  APPLICATIONINSIGHTS_CONNECTION_STRING:
    "where telemetry goes; opens nothing, because local authentication is off",
  APPLICATIONINSIGHTS_AUTHENTICATION_STRING: "telemetry by identity",
  OVERRIDE_USE_MI_FIC_ASSERTION_CLIENTID:
    "App Service Authentication signs in to Entra by identity, without a secret",
};

/** Read by the code, but not in Bicep. */
export const SET_BY_AZURE: Readonly<Record<string, string>> = {
  AzureWebJobsStorage: "the identity form stands in its place; an exact name would win over it",
  AzureSignalRConnectionString: "the identity form stands in its place; an exact name would win over it",
  WEBSITE_AUTH_ENABLED: "App Service sets it itself",
};

/** In local.settings.sample.json alone. */
export const LOCAL_SETTINGS: Readonly<Record<string, string>> = {
  FUNCTIONS_WORKER_RUNTIME: "core tools need it; on Flex Consumption functionAppConfig.runtime says it",
  AzureWebJobsDisableHomepage: "as on Azure",
};

/** Flex Consumption refuses a deployment with one of these (functions-app-settings#flex-consumption-plan-deprecations). */
export const REFUSED_BY_FLEX: readonly string[] = [
  "ENABLE_ORYX_BUILD",
  "FUNCTIONS_EXTENSION_VERSION",
  "FUNCTIONS_WORKER_RUNTIME",
  "FUNCTIONS_WORKER_RUNTIME_VERSION",
  "FUNCTIONS_MAX_HTTP_CONCURRENCY",
  "FUNCTIONS_WORKER_PROCESS_COUNT",
  "FUNCTIONS_WORKER_DYNAMIC_CONCURRENCY_ENABLED",
  "SCM_DO_BUILD_DURING_DEPLOYMENT",
  "WEBSITE_CONTENTAZUREFILECONNECTIONSTRING",
  "WEBSITE_CONTENTOVERVNET",
  "WEBSITE_CONTENTSHARE",
  "WEBSITE_DNS_SERVER",
  "WEBSITE_MAX_DYNAMIC_APPLICATION_SCALE_OUT",
  "WEBSITE_NODE_DEFAULT_VERSION",
  "WEBSITE_RUN_FROM_PACKAGE",
  "WEBSITE_SKIP_CONTENTSHARE_VALIDATION",
  "WEBSITE_VNET_ROUTE_ALL",
];
