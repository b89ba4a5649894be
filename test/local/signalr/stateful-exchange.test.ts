import fc from "fast-check";
import { expect, it } from "vitest";
import { SequenceError, StatefulExchange } from "../../../local/signalr/stateful-exchange.ts";

/** Counts as @microsoft/signalr does in MessageBuffer. */
class CountingClient {
  readonly received: string[] = [];
  #next = 1;
  #latest = 0;

  startAt(sequenceId: number): void {
    expect(sequenceId).toBeLessThanOrEqual(this.#next);
    this.#next = sequenceId;
  }

  take(frame: Buffer): void {
    const id = this.#next;
    this.#next += 1;
    if (id <= this.#latest) return;
    this.#latest = id;
    this.received.push(frame.toString());
  }

  /** What it acknowledges. While a replay is on its way the real client may repeat its last one; the race that opens,
   * a second cut before the replay arrives, ends in a new negotiation, with Microsoft's server too. */
  get acknowledgement(): number {
    return this.#next > this.#latest ? this.#latest : 0;
  }
}

const step = fc.oneof(
  { weight: 5, arbitrary: fc.record({ kind: fc.constant("send" as const), bytes: fc.nat(40_000) }) },
  { weight: 5, arbitrary: fc.record({ kind: fc.constant("deliver" as const), count: fc.nat(5) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("acknowledge" as const) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("cut" as const) }) },
);

it("brings every message once and in order, whatever is cut and acknowledged when", () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const exchange = new StatefulExchange();
      const client = new CountingClient();
      let wire: Buffer[] = [];
      const sent: string[] = [];
      const flush = () => {
        for (let frame = exchange.next(); frame; frame = exchange.next()) wire.push(frame);
      };
      exchange.settle();
      for (const one of steps) {
        if (one.kind === "send") {
          sent.push(`${sent.length}:${"x".repeat(one.bytes)}`);
          exchange.add(Buffer.from(sent.at(-1) ?? ""));
        } else if (one.kind === "deliver") {
          for (const frame of wire.splice(0, one.count)) client.take(frame);
        } else if (one.kind === "acknowledge") {
          exchange.acknowledge(client.acknowledgement);
        } else {
          wire = [];
          client.startAt(exchange.restart());
        }
        flush();
      }
      // All acknowledgements in the end: everything arrives, and nothing stays.
      for (let round = 0; round <= sent.length; round += 1) {
        for (const frame of wire.splice(0)) client.take(frame);
        exchange.acknowledge(client.acknowledgement);
        flush();
      }
      expect(client.received).toEqual(sent);
      expect(exchange.keptBytes).toBe(0);
    }),
  );
});

it("does not let the client acknowledge what was never sent", () => {
  const exchange = new StatefulExchange();
  exchange.settle();
  exchange.add(Buffer.from("one"));
  exchange.acknowledge(5);
  expect(exchange.next()?.toString()).toBe("one");
  exchange.acknowledge(5);
  expect(exchange.keptBytes).toBe(0);
  exchange.add(Buffer.from("two"));
  expect(exchange.next()?.toString()).toBe("two");
  expect(exchange.restart()).toBe(2);
});

it("takes a client's repeated messages once, and none before it said where it starts", () => {
  const exchange = new StatefulExchange();
  expect([exchange.takes(true), exchange.takes(false), exchange.takes(true)]).toEqual([true, true, true]);
  exchange.restart();
  expect([exchange.takes(true), exchange.takes(false)]).toEqual([false, false]);
  exchange.startAt(2);
  expect([exchange.takes(true), exchange.takes(true)]).toEqual([false, true]);
  expect(() => exchange.startAt(9)).toThrow(SequenceError);
});
