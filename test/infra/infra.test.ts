/** Everything that can be known of the infrastructure without Azure; what only Azure can show is listed in docs/azure.md. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { checkInfra } from "../../scripts/infra/check-infra.ts";
import { metricNamesSchema } from "../../scripts/infra/check-queries.ts";
import { formatProblem } from "../../scripts/infra/problem.ts";
import { readCodeSettings } from "../../scripts/infra/read-code-settings.ts";
import { readConfig } from "../../src/config.ts";
import { exclusionRuleSchema } from "../../src/domain/audience.ts";
import { routeSchema } from "../../src/domain/order-change.ts";
import { copyInfra, withFault, type Fault } from "./planted-fault.ts";
import { readTypesOrSay, ROOT } from "./resource-types-folder.ts";

const types = readTypesOrSay();
const codeSettings = readCodeSettings();

function check(root: string): string[] {
  return checkInfra({ root, codeSettings, types }).map(formatProblem);
}

/** Faults, the message that each must bring, and where, when not at the fault itself. */
type Expected = Fault & { message: RegExp; at?: string };

/** What needs the published types of Azure resources. */
const typed: Record<string, Expected> = {
  "a misspelt property": {
    file: "infra/storage.bicep",
    text: "minimumTlsVersion: 'TLS1_2'",
    instead: "minimumTlsVersoin: 'TLS1_2'",
    message: /has no property "minimumTlsVersoin"; is "minimumTlsVersion" meant\?/,
  },
  "a property of the wrong type": {
    file: "infra/alerts.bicep",
    text: "threshold: 0",
    instead: "threshold: '0'",
    message: /threshold is '0', not of type int/,
  },
  "a parameter of the wrong type": {
    file: "infra/signalr.bicep",
    text: "param units int",
    instead: "param units string",
    message: /capacity is of type string, not of type int/,
    at: "infra/signalr.bicep:20",
  },
  "a preset of the wrong type in a loop of alerts": {
    file: "infra/alerts.bicep",
    text: "severity: 1\n",
    instead: "severity: 'one'\n",
    message: /severity is 'one', not of type int/,
  },
  "a value that the service does not know": {
    file: "infra/signalr.bicep",
    text: "'ServiceMode'",
    instead: "'ServerMode'",
    message: /flag is 'ServerMode', not one of 'ServiceMode'/,
  },
  "a missing required property": {
    file: "infra/vault.bicep",
    text: "    sku: { family: 'A', name: 'standard' }\n",
    instead: "    sku: { name: 'standard' }\n",
    message: /sku lacks the required property "family"/,
  },
  "a property that only Azure sets": {
    file: "infra/storage.bicep",
    text: "accessTier: 'Hot'",
    instead: "provisioningState: 'Succeeded'",
    message: /provisioningState is set by Azure alone/,
  },
  "an unknown API version": {
    file: "infra/app.bicep",
    text: "'Microsoft.Web/serverfarms@2024-11-01'",
    instead: "'Microsoft.Web/serverfarms@2024-11-31'",
    message: /Microsoft\.Web\/serverfarms has no version "2024-11-31"/,
  },
  "an unknown resource type": {
    file: "infra/app.bicep",
    text: "'Microsoft.Web/serverfarms@2024-11-01'",
    instead: "'Microsoft.Web/serverfarm@2024-11-01'",
    message:
      /no resource type "Microsoft\.Web\/serverfarm" is known; is "Microsoft\.Web\/serverfarms" meant\?/,
  },
  "a property of a resource that it does not have": {
    file: "infra/app.bicep",
    text: "signalR.properties.hostName",
    instead: "signalR.properties.host",
    message: /signalR\.properties has no property "host"/,
  },
  "an output of a module that it does not have": {
    file: "infra/main.bicep",
    text: "output VAULT_NAME string = vault.outputs.name",
    instead: "output VAULT_NAME string = vault.outputs.title",
    message: /the module "vault" has no output "title"/,
  },
  "a module's parameter of the wrong type": {
    file: "infra/main.bicep",
    text: "origins: [appUrl]",
    instead: "origins: appUrl",
    message: /"origins" takes array, and is given string/,
  },
  "a child under the wrong parent": {
    file: "infra/storage.bicep",
    text: "  parent: evidence\n",
    instead: "  parent: account\n",
    message: /the parent of "evidencePolicy" is a Microsoft\.Storage\/storageAccounts, not a/,
  },
};

/** What can be told without them. */
const untyped: Record<string, Expected> = {
  "a file that is no Bicep": {
    file: "infra/vault.bicep",
    text: "    enableSoftDelete: true\n",
    instead: "    enableSoftDelete true\n",
    message: /":" is expected/,
  },
  "a name that is not declared": {
    file: "infra/main.bicep",
    text: "identityName: identity.name",
    instead: "identityName: identiy.name",
    message: /"identiy" is not declared; is "identity" meant\?/,
  },
  "a wrong role id": {
    file: "infra/roles.json",
    text: "0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3",
    instead: "0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa4",
    message: /the id of "Storage Table Data Contributor" is 0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3/,
  },
  "a role on more than it is needed for": {
    file: "infra/access.bicep",
    text: "  scope: evidenceKey\n",
    instead: "  scope: vault\n",
    message: /"Key Vault Crypto User" is given on Microsoft\.KeyVault\/vaults; it is needed on/,
  },
  "a missing app setting": {
    file: "infra/app.bicep",
    text: "    ORDER_LINK: orderLink\n",
    instead: "",
    message: /the setting ORDER_LINK is missing/,
    at: "infra/app.bicep",
  },
  "an app setting that nothing reads": {
    file: "infra/app.bicep",
    text: "    ORDER_LINK: orderLink\n",
    instead: "    ORDER_LINKS: orderLink\n    ORDER_LINK: orderLink\n",
    message: /nothing reads the setting ORDER_LINKS/,
  },
  "a setting in the sample that nothing reads": {
    file: "local.settings.sample.json",
    text: '"SALESFORCE_CLIENT_ID"',
    instead: '"SALESFORCE_CLIENT"',
    message: /nothing reads the setting SALESFORCE_CLIENT/,
  },
  "a setting that Flex Consumption refuses": {
    file: "infra/app.bicep",
    text: "    AzureWebJobsDisableHomepage: 'true'\n",
    instead: "    FUNCTIONS_WORKER_RUNTIME: 'node'\n    AzureWebJobsDisableHomepage: 'true'\n",
    message: /Flex Consumption refuses the setting FUNCTIONS_WORKER_RUNTIME/,
  },
  "a connection string beside the identity": {
    file: "infra/app.bicep",
    text: "    AzureWebJobsDisableHomepage: 'true'\n",
    instead: "    AzureWebJobsStorage: 'x'\n    AzureWebJobsDisableHomepage: 'true'\n",
    message: /AzureWebJobsStorage must not be set/,
  },
  "a secret output": {
    file: "infra/storage.bicep",
    text: "output name string = account.name",
    instead: "var keys = account.listKeys()\noutput name string = keys.keys[0].value",
    message: /the output name is a secret: listKeys\(\) gives keys away/,
    at: "infra/storage.bicep",
  },
  "an output that is called like a secret": {
    file: "infra/main.bicep",
    text: "output APP_NAME string",
    instead: "output APP_SECRET string",
    message: /the output APP_SECRET is a secret/,
  },
  "a table that the code opens and nobody declares": {
    file: "infra/storage.bicep",
    text: "  'Watermarks'\n",
    instead: "",
    message: /the table Watermarks is not declared in infra\/storage\.bicep/,
    at: "src/storage/watermarks-table.ts",
  },
  "a table that nothing opens": {
    file: "infra/storage.bicep",
    text: "  'Watermarks'\n",
    instead: "  'Watermarks'\n  'Highwatermarks'\n",
    message: /nothing opens the table Highwatermarks/,
    at: "infra/storage.bicep",
  },
  "a container that the code opens and nobody declares": {
    file: "infra/storage.bicep",
    text: "  name: 'evidence'\n",
    instead: "  name: 'evidences'\n",
    message: /the container evidence is not declared/,
    at: "src/storage/evidence-blobs.ts",
  },
  "shared keys switched on": {
    file: "infra/storage.bicep",
    text: "allowSharedKeyAccess: false",
    instead: "allowSharedKeyAccess: true",
    message: /allowSharedKeyAccess must be false: a key opens everything/,
  },
  "another path let past sign-in": {
    file: "infra/app.bicep",
    text: "excludedPaths: auth.globalValidation.excludedPaths",
    instead: "excludedPaths: ['/', '/api/*']",
    message: /excludedPaths must be those of auth\.json/,
  },
  "a redirect instead of a 401": {
    file: "auth.json",
    text: '"Return401"',
    instead: '"RedirectToLoginPage"',
    message: /unauthenticatedClientAction must be Return401/,
    at: "infra/app.bicep",
  },
  "a query for a metric that nobody measures": {
    file: "infra/queries/dead-letters.kql",
    text: '"orderbell.dead_letters"',
    instead: '"orderbell.deadletters"',
    message: /no metric is called "orderbell\.deadletters"/,
  },
  "a query for a dimension that the metric does not have": {
    file: "infra/queries/receipts-by-state.kql",
    text: 'customDimensions["state"]',
    instead: 'customDimensions["status"]',
    message: /the metrics of this query have no dimension "status"/,
  },
  "a query for a route that there is not": {
    file: "infra/queries/slow-pushes.kql",
    text: 'route == "outboundMessage"',
    instead: 'route == "webhook"',
    message: /"webhook" is no route: outboundMessage, poll, reconciliation/,
  },
  "a query for a function that there is not": {
    file: "infra/queries/poll-lag.kql",
    text: '"pollOrders"',
    instead: '"pollOrder"',
    message: /no function is called "pollOrder"/,
  },
  "a query that is not there": {
    file: "infra/alerts.bicep",
    text: "queries/poll-lag.kql",
    instead: "queries/lag.kql",
    message: /loadTextContent names infra\/queries\/lag\.kql, which is not there/,
  },
  "a parameter that a module does not have": {
    file: "infra/main.bicep",
    text: "    units: size.signalRUnits\n",
    instead: "    unit: size.signalRUnits\n    units: size.signalRUnits\n",
    message: /infra\/signalr\.bicep has no parameter "unit"; is "units" meant\?/,
  },
  "a parameter that a module misses": {
    file: "infra/main.bicep",
    text: "    units: size.signalRUnits\n",
    instead: "",
    message: /infra\/signalr\.bicep needs the parameter "units"/,
    at: "infra/main.bicep",
  },
  "a preset that lacks a number": {
    file: "infra/presets.json",
    text: '"signalRUnits": 10',
    instead: '"signalRUnit": 10',
    message: /there is no "signalRUnits" in what is read here; is "signalRUnit" meant\?/,
    at: "infra/main.bicep",
  },
  "a parameter that main.bicep does not have": {
    file: "infra/main.parameters.json",
    text: '"orderLink"',
    instead: '"orderlink"',
    message: /main\.bicep has no parameter "orderlink"; is "orderLink" meant\?/,
  },
  "a misspelt key in azure.yaml": {
    file: "azure.yaml",
    text: "    remoteBuild: false",
    instead: "    remotebuild: false",
    message: /services\.app\.remotebuild: Unrecognized key/,
  },
  "an azure.yaml that is no YAML": {
    file: "azure.yaml",
    text: "  provider: bicep\n",
    instead: "  provider: [bicep\n",
    message: /./,
    at: "azure.yaml",
  },
  "a service in azure.yaml that no resource is tagged for": {
    file: "azure.yaml",
    text: "  app:\n",
    instead: "  api:\n",
    message: /no resource has the tag azd-service-name: 'api'/,
    at: "azure.yaml",
  },
  "a slow queue in host.json": {
    file: "host.json",
    text: '"00:00:01"',
    instead: '"00:00:30"',
    message: /maxQueuePollingInterval: Invalid input: expected "00:00:01"/,
  },
};

describe("the infrastructure", () => {
  it("has no problem", () => {
    expect(check(ROOT)).toEqual([]);
  });

  it("measures by the words that the code uses", () => {
    const text = readFileSync(join(ROOT, "infra/metric-names.json"), "utf8");
    const metrics = metricNamesSchema.parse(JSON.parse(text));
    expect(metrics["orderbell.changes"]?.dimensions["route"]).toEqual(routeSchema.options);
    expect(metrics["orderbell.exclusions"]?.dimensions["rule"]).toEqual(exclusionRuleSchema.options);
  });

  it("has a sample of settings that the app starts with", () => {
    const { Values } = JSON.parse(readFileSync(join(ROOT, "local.settings.sample.json"), "utf8"));
    expect(() => readConfig(Values)).not.toThrow();
  });
});

const copy = copyInfra();
afterAll(copy.remove);

function itCatches(name: string, { message, at, ...fault }: Expected): void {
  it(`catches ${name}`, () => {
    withFault(copy, fault, (place) => {
      const found = check(copy.root).filter((one) => message.test(one));
      expect(found).not.toEqual([]);
      const expected = at === undefined ? `${place} ` : at.includes(":") ? `${at} ` : `${at}:`;
      expect(found[0]?.slice(0, expected.length)).toBe(expected);
    });
  });
}

describe("a planted fault", () => {
  for (const [name, expected] of Object.entries(untyped)) itCatches(name, expected);
});

describe.skipIf(types === null)("a planted fault of a resource's type", () => {
  for (const [name, expected] of Object.entries(typed)) itCatches(name, expected);
});
