import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type Fixture, message, type RawClient, startFixture } from "./signalr-fixture.ts";

let fixture: Fixture;
beforeEach(async () => {
  fixture = await startFixture();
});
afterEach(async () => {
  vi.useRealTimers();
  await fixture.stop();
});

const HANDSHAKE = { protocol: "json", version: 1 };

async function openShaken(userId = "ada"): Promise<RawClient> {
  const client = await fixture.openRaw(userId);
  client.send(HANDSHAKE);
  await vi.waitFor(() => expect(client.records).toEqual([{}]));
  client.records.length = 0;
  return client;
}

/** Lets sockets deliver what is on its way while the timers stand still. */
async function nextTurns(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

describe("handshake", () => {
  it.each([
    [{ protocol: "messagepack", version: 1 }, "The protocol 'messagepack' is not supported."],
    [{ protocol: "json", version: 3 }, "The server does not support version 3 of the 'json' protocol."],
    [{ hello: 1 }, "An unexpected error occurred during connection handshake."],
  ])("answers %j with an error and closes", async (request, error) => {
    const client = await fixture.openRaw("ada");
    client.send(request);
    expect(await client.closed).toBe(1000);
    expect(client.records).toEqual([{ error }]);
  });

  it("fact 5a: is a JSON record ended by 0x1e, in however many pieces, answered by an empty one", async () => {
    const client = await fixture.openRaw("ada");
    client.socket.send(Buffer.from('{"protocol":"js'));
    client.socket.send(
      Buffer.from('on","version":1}\u001e{"type":1,"invocationId":"7","target":"x","arguments":[]}\u001e'),
    );
    await vi.waitFor(() => expect(client.records).toHaveLength(2));
    expect(client.records).toMatchObject([{}, { type: 3, invocationId: "7" }]);
  });

  it("must come before messages are sent", async () => {
    const client = await fixture.openRaw("ada");
    expect((await fixture.rest("HEAD", "/users/ada")).status).toBe(404);
    await fixture.rest("POST", "/users/ada/:send", message("too early"));
    client.send(HANDSHAKE);
    await vi.waitFor(() => expect(client.records).toEqual([{}]));
    expect((await fixture.rest("HEAD", "/users/ada")).status).toBe(200);
  });

  it("is not waited for longer than 15 seconds", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "setInterval", "clearInterval"] });
    const client = await fixture.openRaw("ada");
    vi.advanceTimersByTime(15_000);
    expect(await client.closed).toBe(1000);
    expect(client.records).toEqual([{ error: "Handshake was canceled." }]);
  });
});

describe("messages of a client", () => {
  it("fact 5a: are answered by a completion with an error when they expect a result", async () => {
    const ada = await fixture.connect("ada");
    await expect(ada.connection.invoke("approve", 1)).rejects.toThrow(/serverless/);
    const streamed = new Promise((_resolve, reject) => {
      ada.connection.stream("watch").subscribe({ next: () => {}, complete: () => {}, error: reject });
    });
    await expect(streamed).rejects.toThrow(/serverless/);
  });

  it("are dropped when they expect none", async () => {
    const ada = await fixture.connect("ada");
    await ada.connection.send("approve", 1);
    await fixture.rest("POST", "/users/ada/:send", message("after"));
    await vi.waitFor(() => expect(ada.received).toEqual([["after"]]));
  });

  it("close the connection when they are not of the protocol", async () => {
    const client = await openShaken();
    client.socket.send("nonsense\u001e");
    await client.closed;
    expect(client.records).toEqual([{ type: 7, error: "A message is not valid in the JSON hub protocol." }]);
  });

  it("close the connection when they are too large, in one frame or in many", async () => {
    const oneFrame = await openShaken();
    oneFrame.socket.send("x".repeat(1024 * 1024 + 1));
    expect(await oneFrame.closed).toBe(1009);
    const manyFrames = await openShaken();
    for (let n = 0; n < 3; n += 1) manyFrames.socket.send("x".repeat(400_000));
    await manyFrames.closed;
    expect(manyFrames.records).toMatchObject([{ type: 7, error: "A message is larger than 1048576 bytes." }]);
  });

  it("end the connection when they say so", async () => {
    const client = await openShaken();
    client.send({ type: 7 });
    expect(await client.closed).toBe(1000);
    expect((await fixture.rest("HEAD", "/users/ada")).status).toBe(404);
  });
});

describe("keep-alive", () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "setInterval", "clearInterval"] });
  });

  async function openShakenAtOnce(): Promise<RawClient> {
    const client = await fixture.openRaw("ada");
    client.send(HANDSHAKE);
    while (client.records.length === 0) await nextTurns();
    client.records.length = 0;
    return client;
  }

  it("fact 5a: pings every 15 seconds", async () => {
    const client = await openShakenAtOnce();
    vi.advanceTimersByTime(14_999);
    await nextTurns();
    expect(client.records).toEqual([]);
    vi.advanceTimersByTime(1);
    while (client.records.length === 0) await nextTurns();
    expect(client.records).toEqual([{ type: 6 }]);
  });

  it("fact 5a: drops a client after 30 seconds of silence, with leave to come back", async () => {
    const client = await openShakenAtOnce();
    vi.advanceTimersByTime(30_000);
    await client.closed;
    expect(client.records.at(-1)).toMatchObject({ type: 7, allowReconnect: true });
  });

  it("keeps a client that pings", async () => {
    const client = await openShakenAtOnce();
    for (let second = 0; second < 100; second += 20) {
      vi.advanceTimersByTime(20_000);
      client.send({ type: 6 });
      // The answer to an invocation proves that the ping before it was read.
      client.send({ type: 1, invocationId: `${second}`, target: "x", arguments: [] });
      const isAnswered = () =>
        client.records.some((record) => JSON.stringify(record).includes(`"${second}"`));
      while (!isAnswered()) await nextTurns();
    }
    expect(client.socket.readyState).toBe(client.socket.OPEN);
  });
});

it("drops a connection that reads too slowly, and serves the others", async () => {
  const slow = await openShaken("ada");
  const quick = await fixture.connect("ada");
  slow.socket.pause();
  let sent = 0;
  while (!fixture.warnings.some((warning) => warning.includes("too slowly")) && sent < 60) {
    await fixture.rest("POST", "/users/ada/:send", message("x".repeat(900_000)));
    sent += 1;
  }
  expect(fixture.warnings).toContainEqual(expect.stringContaining("too slowly"));
  await vi.waitFor(() => expect(quick.received).toHaveLength(sent));
  slow.socket.resume();
  expect(await slow.closed).toBe(1006);
});
