/** The app with a key of its own for every door, its people, and something that one of them owns. */
import { z } from "zod";
import { type Person, until } from "../../support/app-client.ts";
import { toOutboundMessageXml } from "../../support/outbound-message.ts";
import { startApp } from "../../support/start-app.ts";

/** No key is part of another, and none is the word that is every key on a developer's machine. */
export const KEYS = {
  salesforce: "salesforce-function-key",
  host: "host-key-of-all-functions",
  master: "master-key-of-the-host",
  system: "system-key-of-extensions",
} as const;

/** The access key of the local SignalR service: the length that Azure's have. */
export const SIGNALR_ACCESS_KEY = "c2lnbmFsci1hY2Nlc3Mta2V5LWZvci1mb3JnZXJ5LXRlc3Rz";

export const ACCOUNT_ID = "001000000000001AAA";
/** What Ada follows. */
export const SCOPE = `account:${ACCOUNT_ID}`;
/** The order that Ada was told of. */
export const ORDER_ID = "801000000000001AAA";

/** Everybody who may come to a door. */
export const CALLERS = [
  "nobody",
  "user",
  "otherUser",
  "admin",
  "auditor",
  "salesforceKey",
  "wrongKey",
] as const;
export type CallerName = (typeof CALLERS)[number];

const instancesSchema = z.array(z.object({ instanceId: z.string(), runtimeStatus: z.string() }));

/** Starts the app; Ada follows an account, and was told of one order of it. */
export async function startGuardedApp(settings: Record<string, string> = {}) {
  const app = await startApp({
    keys: {
      function: { salesforce: KEYS.salesforce },
      host: KEYS.host,
      master: KEYS.master,
      system: KEYS.system,
    },
    settings: {
      AzureSignalRConnectionString: `Endpoint=http://localhost;Port=8888;AccessKey=${SIGNALR_ACCESS_KEY};Version=1.0;`,
      ...settings,
    },
  });
  const user = await app.follow("ada", SCOPE);
  const otherUser = await app.signIn("grace");
  const admin = await app.signIn("admin", ["OrderBell.Admin"]);
  const auditor = await app.signIn("iris", ["OrderBell.Auditor"]);
  const told = await app.postXml(
    toOutboundMessageXml({ orders: [{ Id: ORDER_ID, AccountId: ACCOUNT_ID }] }),
    {
      key: KEYS.salesforce,
    },
  );
  if (!told.acknowledged) throw new Error(`the order was answered ${told.status}: ${told.body}`);
  const instances = `${app.url}/runtime/webhooks/durabletask/instances?instanceIdPrefix=order-&code=${KEYS.system}`;
  const instanceId = await until(async () => {
    const [one] = instancesSchema.parse(await (await fetch(instances)).json());
    return one?.runtimeStatus === "Completed" && one.instanceId;
  });
  const item = (await user.inbox()).items[0];
  if (item === undefined) throw new Error("nobody was told of the order");
  const headers: Record<CallerName, Record<string, string>> = {
    nobody: {},
    user: { cookie: user.cookie },
    otherUser: { cookie: otherUser.cookie },
    admin: { cookie: admin.cookie },
    auditor: { cookie: auditor.cookie },
    salesforceKey: { "x-functions-key": KEYS.salesforce },
    wrongKey: { "x-functions-key": "no-key-at-all" },
  };
  return {
    app,
    people: { user, otherUser, admin, auditor } satisfies Record<string, Person>,
    /** What each caller brings along. */
    headers,
    /** The orchestration of the order. */
    instanceId,
    /** What Ada was told. */
    notification: item,
  };
}
