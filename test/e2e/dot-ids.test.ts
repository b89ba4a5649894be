/** Ids that are dots alone vanish from the path of a SignalR call (`/users/../:send` is `/:send`): everyone would be told. */
import { expect, it } from "vitest";
import { until } from "../support/app-client.ts";
import { startApp } from "../support/start-app.ts";

const app = await startApp();
const admin = await app.signIn("admin", ["OrderBell.Admin"]);

it.each([
  { kind: "user", userId: ".." },
  { kind: "group", group: ".." },
])("a subscription of $kind `..` is refused, and nobody else hears of its orders", async (target) => {
  const bystander = await (await app.signIn(`bystander of ${target.kind}`)).connect();
  const answer = await fetch(`${app.url}/api/admin/subscriptions`, {
    method: "PUT",
    headers: { cookie: admin.cookie, "content-type": "application/x-ndjson" },
    body: JSON.stringify({ scope: "all", target }),
  });
  const Id = target.kind === "user" ? "801000000000077AAA" : "801000000000078AAA";
  await app.postOrders({ Id });
  await until(async () => {
    const orchestrations = await app.orchestrations(Id);
    return orchestrations.some(({ runtimeStatus }) => runtimeStatus === "Completed");
  });
  await bystander.stop();
  expect(bystander.heard).toEqual([]);
  expect(answer.status).toBe(400);
});

it("nobody whose id is `..` gets a token, or an echo that everyone hears", async () => {
  const dots = await app.signIn("..");
  expect((await dots.call("POST", "/api/negotiate", {})).status).toBe(401);
});
