/** The three client versions in use, as npm delivers them, against the service. */
import * as client10 from "@microsoft/signalr";
import * as client8 from "signalr-client-8";
import * as client9 from "signalr-client-9";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { toClientUrl } from "../../../local/signalr/access-token.ts";
import { until } from "../../support/app-client.ts";
import { type Fixture, HUB, message, startFixture } from "./signalr-fixture.ts";

let fixture: Fixture;
beforeEach(async () => {
  fixture = await startFixture();
});
afterEach(() => fixture.stop());

const clients = { 8: client8, 9: client9, 10: client10 };

describe.each([8, 9, 10] as const)("@microsoft/signalr %i", (major) => {
  const { HubConnectionBuilder, LogLevel, VERSION } = clients[major];
  const build = () =>
    new HubConnectionBuilder()
      .withUrl(toClientUrl(fixture.url, HUB), { accessTokenFactory: () => fixture.clientToken("ada") })
      .withAutomaticReconnect([0, 50, 100, 200, 400])
      .configureLogging(LogLevel.None);

  function listen(connection: client8.HubConnection | client9.HubConnection | client10.HubConnection) {
    const received: unknown[] = [];
    const reconnectedAs: (string | undefined)[] = [];
    connection.on("notification", (value: unknown) => {
      received.push(value);
    });
    connection.onreconnected((id) => {
      reconnectedAs.push(id);
    });
    fixture.addSide(() => connection.stop());
    const sendAndWait = async (value: unknown) => {
      await fixture.rest("POST", "/users/ada/:send", message(value));
      await until(async () => received.includes(value));
    };
    return { received, reconnectedAs, sendAndWait };
  }

  it("is what its name says", () => {
    expect(VERSION).toMatch(new RegExp(`^${major}\\.`));
  });

  it("connects, receives, and reconnects by itself after a dropped socket, into the user's groups", async () => {
    await fixture.rest("PUT", "/users/ada/groups/team");
    const connection = build().build();
    const ada = listen(connection);
    await connection.start();
    const firstId = connection.connectionId;
    await ada.sendAndWait("before");
    fixture.dropSockets();
    await until(async () => ada.reconnectedAs.length > 0);
    expect(ada.reconnectedAs).toEqual([connection.connectionId]);
    expect(connection.connectionId).not.toBe(firstId);
    await ada.sendAndWait("after");
    await fixture.rest("POST", "/groups/team/:send", message("team"));
    await until(async () => ada.received.length === 3);
    expect(ada.received).toEqual(["before", "after", "team"]);
  });

  it("keeps its connection through a dropped socket with stateful reconnect", async () => {
    const connection = build().withStatefulReconnect().build();
    const ada = listen(connection);
    await connection.start();
    const firstId = connection.connectionId;
    for (let n = 0; n < 30; n += 1) {
      if (n % 10 === 5) fixture.dropSockets();
      await fixture.rest("POST", "/users/ada/:send", message(n));
    }
    await ada.sendAndWait("last");
    expect(ada.received).toEqual([...Array.from({ length: 30 }, (_, n) => n), "last"]);
    expect(ada.reconnectedAs).toEqual([]);
    expect(connection.connectionId).toBe(firstId);
  });
});
