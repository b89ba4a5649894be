import { describe, expect, it } from "vitest";
import { until } from "../support/app-client.ts";
import { startApp } from "../support/start-app.ts";

// Every other commit of a kind is rejected, the first one too.
const app = await startApp({ faults: { durable: { storageErrors: 1, random: () => 0 } } });

describe("when an orchestration cannot be started", () => {
  it("the message is not acknowledged, and its orchestration does not exist", async () => {
    app.expectErrors(/outbound message could not be taken over|rejected on demand|500/);
    const refused = await app.postOrders({ Id: "801000000000001AAA" });
    expect(refused).toMatchObject({ status: 503, acknowledged: false });
    expect(refused.body).toContain("<faultcode>soapenv:Server</faultcode>");
    expect(refused.body).not.toMatch(/rejected on demand|commit/);
    expect(await app.orchestrations("801000000000001AAA")).toEqual([]);
  });

  it("the next one is, once its orchestration is durably there", async () => {
    app.expectErrors(/rejected on demand/);
    const taken = await app.postOrders({ Id: "801000000000002AAA" });
    const orchestrations = await app.orchestrations("801000000000002AAA");
    expect(taken).toMatchObject({ status: 200, acknowledged: true });
    expect(orchestrations).toHaveLength(1);
    await until(async () => {
      const [one] = await app.orchestrations("801000000000002AAA");
      return one?.runtimeStatus === "Completed";
    }, 20_000);
  });
});
