import { isDeepStrictEqual } from "node:util";
import { HubConnectionBuilder, LogLevel } from "@microsoft/signalr";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { toClientUrl } from "../../../local/signalr/access-token.ts";
import { until } from "../../support/app-client.ts";
import { type CuttableProxy, startCuttableProxy } from "./cuttable-proxy.ts";
import { type Client, type Fixture, HUB, message, type RawClient, startFixture } from "./signalr-fixture.ts";

let fixture: Fixture;
let proxy: CuttableProxy;
beforeEach(async () => {
  fixture = await startFixture();
  proxy = await startCuttableProxy(fixture.url);
});
afterEach(async () => {
  vi.useRealTimers();
  await proxy.stop();
  await fixture.stop();
});

interface StatefulClient extends Client {
  /** The connection ids after each reconnect that the app could notice. */
  readonly reconnected: (string | undefined)[];
}

async function connect(userId = "ada"): Promise<StatefulClient> {
  const connection = new HubConnectionBuilder()
    .withUrl(toClientUrl(proxy.url, HUB), { accessTokenFactory: () => fixture.clientToken(userId) })
    .withStatefulReconnect()
    .withAutomaticReconnect([0, 50, 100, 200, 400, 800])
    .configureLogging(LogLevel.None)
    .build();
  const received: unknown[][] = [];
  const reconnected: (string | undefined)[] = [];
  connection.on("notification", (...values: unknown[]) => {
    received.push(values);
  });
  connection.onreconnected((id) => reconnected.push(id));
  await connection.start();
  fixture.addSide(() => connection.stop());
  return { connection, id: connection.connectionId ?? "", received, reconnected };
}

async function send(...values: unknown[]): Promise<void> {
  expect((await fixture.rest("POST", "/users/ada/:send", message(...values))).status).toBe(202);
}

async function sendNumbers(from: number, to: number, padding = ""): Promise<void> {
  for (let n = from; n < to; n += 1) await (padding ? send(n, padding) : send(n));
}

function numbers(client: Client): unknown[] {
  return client.received.map(([n]) => n);
}

function countTo(end: number): number[] {
  return Array.from({ length: end }, (_, n) => n);
}

const hasArrived = (client: Client, count: number) =>
  until(async () => client.received.length >= count, 10_000);

describe("stateful reconnect: the real client", () => {
  it("gets every message once and in order, though its socket is destroyed in the middle of them", async () => {
    const ada = await connect();
    const opened = proxy.accepted;
    const ended = sendNumbers(0, 200);
    for (let cut = 1; cut <= 4; cut += 1) {
      await hasArrived(ada, cut * 30);
      proxy.cut();
    }
    await ended;
    await hasArrived(ada, 200);
    await send("last");
    await hasArrived(ada, 201);
    expect(numbers(ada)).toEqual([...countTo(200), "last"]);
    expect(proxy.accepted - opened).toBe(4);
    expect(ada.reconnected).toEqual([]);
    expect(ada.connection.connectionId).toBe(ada.id);
  });

  it("gets what was sent while it was away, after what it had", async () => {
    const ada = await connect();
    for (let round = 0; round < 3; round += 1) {
      await sendNumbers(round * 20, round * 20 + 10);
      proxy.hold();
      proxy.cut();
      await sendNumbers(round * 20 + 10, round * 20 + 20);
      expect((await fixture.rest("HEAD", `/connections/${ada.id}`)).status).toBe(200);
      proxy.release();
      await hasArrived(ada, (round + 1) * 20);
    }
    expect(numbers(ada)).toEqual(countTo(60));
    expect(ada.reconnected).toEqual([]);
  });

  it("takes over from a socket of which the service does not know yet that it is dead", async () => {
    const ada = await connect();
    await sendNumbers(0, 10);
    await hasArrived(ada, 10);
    proxy.cut({ serverLearns: false });
    await sendNumbers(10, 20);
    await hasArrived(ada, 20);
    expect(numbers(ada)).toEqual(countTo(20));
    expect(ada.reconnected).toEqual([]);
  });

  it("keeps its groups, also those of the connection alone", async () => {
    const ada = await connect();
    await fixture.rest("PUT", `/groups/team/connections/${ada.id}`);
    proxy.cut();
    await fixture.rest("POST", "/groups/team/:send", message("team"));
    await hasArrived(ada, 1);
    expect(ada.received).toEqual([["team"]]);
    expect(fixture.counts()).toEqual([{ hub: HUB, connections: 1, users: 1, groups: 1 }]);
  });

  it("has its own invocations answered once, though the socket is destroyed under them", async () => {
    const ada = await connect();
    const answers = countTo(60).map(async (n) => {
      if (n % 20 === 10) proxy.cut();
      await expect(ada.connection.invoke("approve", n)).rejects.toThrow(/serverless/);
    });
    await Promise.all(answers);
    expect(ada.reconnected).toEqual([]);
  });

  it("is not kept waiting by its own send buffer: the service acknowledges what it says", async () => {
    const ada = await connect();
    // Three times the buffer of the client, which waits for room.
    for (let n = 0; n < 30; n += 1) await ada.connection.send("log", "x".repeat(10_000));
    await send("after");
    await hasArrived(ada, 1);
    expect(numbers(ada)).toEqual(["after"]);
  });

  it("gets more than the replay buffer holds while it is there: the rest waits for its acknowledgements", async () => {
    const ada = await connect();
    await sendNumbers(0, 25, "x".repeat(10_000));
    await hasArrived(ada, 25);
    expect(numbers(ada)).toEqual(countTo(25));
    proxy.cut();
    await send(25);
    await hasArrived(ada, 26);
    expect(numbers(ada)).toEqual(countTo(26));
  });

  it("gets the messages of the first moment once, also after a cut", async () => {
    for (let round = 0; round < 5; round += 1) {
      let sent = 0;
      const start = { isOver: false };
      const connecting = connect().finally(() => {
        start.isOver = true;
      });
      while (!start.isOver) await send(sent++);
      const ada = await connecting;
      await send(sent++);
      proxy.cut();
      await send(sent++);
      await until(async () => numbers(ada).includes(sent - 1));
      const first = Number(numbers(ada)[0]);
      expect(numbers(ada)).toEqual(countTo(sent).slice(first));
      await ada.connection.stop();
    }
  });

  it("is gone at once when it says goodbye", async () => {
    const ada = await connect();
    await ada.connection.stop();
    await until(async () => fixture.counts().length === 0);
    expect((await fixture.rest("HEAD", "/users/ada")).status).toBe(404);
  });
});

describe("stateful reconnect: a client that is away too long", () => {
  async function away(): Promise<StatefulClient> {
    const ada = await connect();
    await send("before");
    await hasArrived(ada, 1);
    proxy.hold();
    proxy.cut();
    await send("missed");
    return ada;
  }

  async function expectNewStart(ada: StatefulClient): Promise<void> {
    await until(async () => ada.reconnected.length > 0);
    expect(ada.reconnected).toEqual([ada.connection.connectionId]);
    expect(ada.connection.connectionId).not.toBe(ada.id);
    await send("after");
    await until(async () => numbers(ada).includes("after"));
    expect(numbers(ada)).toEqual(["before", "after"]);
    expect(fixture.counts()).toMatchObject([{ connections: 1 }]);
  }

  it("finds its connection closed after 15 seconds and negotiates anew", async () => {
    vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] });
    const ada = await away();
    vi.advanceTimersByTime(14_000);
    expect(fixture.counts()).toMatchObject([{ connections: 1 }]);
    vi.advanceTimersByTime(1_000);
    expect(fixture.counts()).toEqual([]);
    proxy.release();
    await expectNewStart(ada);
  });

  it("finds its connection closed when it missed more than 100 KB, and negotiates anew", async () => {
    const ada = await away();
    await sendNumbers(0, 9, "x".repeat(10_000));
    expect(fixture.counts()).toMatchObject([{ connections: 1 }]);
    await send("x".repeat(10_000));
    expect(fixture.counts()).toEqual([]);
    expect(fixture.warnings).toEqual([expect.stringContaining("missed more than is kept")]);
    proxy.release();
    await expectNewStart(ada);
  });

  it("finds its connection closed when a server closed it meanwhile", async () => {
    const ada = await away();
    expect((await fixture.rest("DELETE", `/connections/${ada.id}`)).status).toBe(200);
    proxy.release();
    await expectNewStart(ada);
  });
});

it("is offered only to clients that ask, and a connection without it ends with its socket", async () => {
  const plain = await fixture.connect("ada");
  fixture.dropSockets();
  await until(async () => fixture.counts().length === 0);
  expect(plain.received).toEqual([]);
});

describe("stateful reconnect: protocol version 2", () => {
  const STATEFUL = "&useStatefulReconnect=true";
  const invocation = (id: string) => ({ type: 1, invocationId: id, target: "x", arguments: [] });

  const open = (token: string): Promise<RawClient> => fixture.openRaw("ada", token);

  async function shake(client: RawClient): Promise<void> {
    client.send({ protocol: "json", version: 2 });
    await arrival(client, {});
    client.records.length = 0;
  }

  const arrival = (client: RawClient, record: object) =>
    until(async () => client.records.some((one) => isDeepStrictEqual({ ...Object(one), ...record }, one)));

  it("sends nothing behind the handshake reply until the client is heard or two seconds have passed", async () => {
    vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] });
    const [heard, silent] = [
      await open(await fixture.negotiate("ada", STATEFUL)),
      await open(await fixture.negotiate("ada", STATEFUL)),
    ];
    await shake(heard);
    await shake(silent);
    await send("early");
    heard.send({ type: 6 });
    await arrival(heard, { type: 1 });
    expect(silent.records).toEqual([]);
    vi.advanceTimersByTime(2_000);
    await arrival(silent, { type: 1 });
    expect(silent.records).toEqual(heard.records);
  });

  it("says first with which message it starts again, and does not carry out again what the client repeats", async () => {
    const token = await fixture.negotiate("ada", STATEFUL);
    const first = await open(token);
    await shake(first);
    first.send(invocation("1"));
    await arrival(first, { type: 3 });
    await send("one");
    await send("two");
    await until(async () => first.records.length === 3);
    first.send({ type: 8, sequenceId: 2 });
    first.send(invocation("2"));
    await until(async () => first.records.length === 4);

    const second = await open(token);
    // The old socket is ended by the service, and what it may still say is not heard.
    expect(await first.closed).toBe(1006);
    second.send(invocation("before the sequence"));
    second.send({ type: 9, sequenceId: 1 });
    for (const id of ["1", "2", "3"]) second.send(invocation(id));
    await until(async () => second.records.length === 4);
    expect(second.records).toMatchObject([
      { type: 9, sequenceId: 3 },
      { type: 1, arguments: ["two"] },
      { type: 3, invocationId: "2" },
      { type: 3, invocationId: "3" },
    ]);
  });

  it("closes a connection whose client claims messages that never came", async () => {
    const client = await open(await fixture.negotiate("ada", STATEFUL));
    await shake(client);
    client.send({ type: 9, sequenceId: 5 });
    await client.closed;
    expect(client.records).toEqual([
      { type: 7, error: "Sequence ID greater than amount of messages we've received." },
    ]);
  });

  it("acknowledges what the client said, once a second at most", async () => {
    vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] });
    const client = await open(await fixture.negotiate("ada", STATEFUL));
    await shake(client);
    for (let n = 1; n <= 3; n += 1) client.send({ type: 1, target: "x", arguments: [] });
    client.send(invocation("4"));
    await arrival(client, { type: 3 });
    vi.advanceTimersByTime(5_000);
    await arrival(client, { type: 8 });
    expect(client.records.slice(1)).toEqual([{ type: 8, sequenceId: 4 }]);
  });

  it("is refused to whoever was not promised it, is another user, or did not shake hands on version 2", async () => {
    const statusOf = (client: Promise<RawClient>) => client.then(() => "opened", String);
    const plain = await fixture.negotiate("ada");
    await shake(await open(plain));
    expect(await statusOf(open(plain))).toContain("404");
    const stateful = await fixture.negotiate("ada", STATEFUL);
    const client = await open(stateful);
    expect(await statusOf(fixture.openRaw("bob", stateful))).toContain("404");
    expect(await statusOf(open(stateful))).toContain("404");
    client.send({ protocol: "json", version: 1 });
    await arrival(client, {});
    expect(await statusOf(open(stateful))).toContain("404");
    expect(client.socket.readyState).toBe(client.socket.OPEN);
  });

  it("ends with a close frame: only a lost socket is waited for", async () => {
    const client = await open(await fixture.negotiate("ada", STATEFUL));
    await shake(client);
    client.socket.close(1001);
    await until(async () => fixture.counts().length === 0);
    expect((await fixture.rest("HEAD", "/users/ada")).status).toBe(404);
  });
});
