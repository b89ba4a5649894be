import fc from "fast-check";
import { describe, expect, expectTypeOf, it } from "vitest";
import {
  type SignalRMessage,
  toDigestMessage,
  toGroupAction,
  toNotification,
  toReceiptsMessage,
  toSignalRMessage,
  withTraceparent,
} from "../../../src/delivery/to-signalr-message.ts";
import type { Target } from "../../../src/domain/subscription.ts";

const notification = toNotification(
  {
    id: "8220000000000-aaaaaaaaaaaaaaaaaaaaaa",
    createdAt: "2026-11-22T10:00:00.000Z",
    title: "Order 1 was created",
    body: "",
    orderId: "801000000000001AAA",
    transition: "created",
    link: null,
  },
  { target: { kind: "user", userId: "ada" }, priority: "normal", reasons: [{ scope: "all" }] },
);
const RUNS = { numRuns: 1_000 };
/** What names nobody: blanks, and dots that vanish from a path. */
const blank = fc.oneof(fc.stringMatching(/^\s*$/), fc.constantFrom(".", ".."));
const id = fc.string({ minLength: 1 }).filter((text) => text.trim() !== "" && !/^\.{1,2}$/.test(text));

describe("toSignalRMessage", () => {
  it("always names exactly one user or one group", () => {
    const target = fc.oneof(
      id.map((userId): Target => ({ kind: "user", userId })),
      id.map((group): Target => ({ kind: "group", group })),
    );
    fc.assert(
      fc.property(target, (one) => {
        const message = toSignalRMessage(one, notification);
        const address = one.kind === "user" ? { userId: one.userId } : { groupName: one.group };
        expect(message).toEqual({ ...address, target: "notification", arguments: [notification] });
      }),
      RUNS,
    );
  });

  it("refuses a target that names nobody, which the service would take for everyone", () => {
    fc.assert(
      fc.property(blank, fc.boolean(), (nobody, isUser) => {
        const target: Target = isUser ? { kind: "user", userId: nobody } : { kind: "group", group: nobody };
        expect(() => toSignalRMessage(target, notification)).toThrow(/would reach everyone/);
      }),
      RUNS,
    );
  });

  it("refuses whatever is not a target at run time", () => {
    fc.assert(
      fc.property(fc.anything(), (anything) => {
        // @ts-expect-error what is not a Target cannot be passed
        expect(() => toSignalRMessage(anything, notification)).toThrow();
      }),
      RUNS,
    );
  });

  it("cannot be given a message without an address", () => {
    // @ts-expect-error a message needs a user id or a group
    const broadcast: SignalRMessage = { target: "notification", arguments: [notification] };
    expect(broadcast).toBeDefined();
    // @ts-expect-error there is no third kind of target
    expect(() => toSignalRMessage({ kind: "everyone" }, notification)).toThrow();
    // @ts-expect-error a user target needs a user id
    expect(() => toSignalRMessage({ kind: "user" }, notification)).toThrow();
    expectTypeOf<{
      userId: string;
      target: "notification";
      arguments: [unknown];
    }>().toExtend<SignalRMessage>();
  });
});

describe("toDigestMessage and toReceiptsMessage", () => {
  const digest = { count: 3, since: "2026-11-21T22:00:00.000Z" };
  const receipt = { ids: [notification.id], state: "read" as const };

  it("name one user and their own client method", () => {
    fc.assert(
      fc.property(id, (userId) => {
        expect(toDigestMessage(userId, digest)).toEqual({ userId, target: "digest", arguments: [digest] });
        expect(toReceiptsMessage(userId, receipt)).toEqual({
          userId,
          target: "receipts",
          arguments: [receipt],
        });
      }),
      RUNS,
    );
  });

  it("refuse to name nobody", () => {
    fc.assert(
      fc.property(blank, (nobody) => {
        expect(() => toDigestMessage(nobody, digest)).toThrow(/would reach everyone/);
        expect(() => toReceiptsMessage(nobody, receipt)).toThrow(/would reach everyone/);
      }),
      RUNS,
    );
  });
});

describe("toGroupAction", () => {
  it("refuses an empty group or user", () => {
    fc.assert(
      fc.property(blank, id, (nobody, someone) => {
        expect(() => toGroupAction("add", nobody, someone)).toThrow();
        expect(() => toGroupAction("remove", someone, nobody)).toThrow();
      }),
      RUNS,
    );
  });
});

describe("withTraceparent", () => {
  const traceparent = `00-${"a".repeat(32)}-${"b".repeat(16)}-01`;
  const message = toSignalRMessage({ kind: "user", userId: "ada" }, notification);

  it("adds the place in the trace to what is said, and keeps to whom", () => {
    expect(withTraceparent(message, traceparent)).toEqual({
      ...message,
      arguments: [{ ...notification, traceparent }],
    });
  });

  it("changes nothing when nothing is traced", () => {
    expect(withTraceparent(message, undefined)).toBe(message);
  });

  it("keeps an ordinary notification within the 2 KB that the service counts as one message", () => {
    const long = {
      ...notification,
      title: "x".repeat(120),
      body: "x".repeat(300),
      link: `https://${"x".repeat(200)}`,
    };
    const traced = withTraceparent(toSignalRMessage({ kind: "user", userId: "ada" }, long), traceparent);
    expect(JSON.stringify(traced).length).toBeLessThan(2_048);
    expect(
      JSON.stringify(traced).length -
        JSON.stringify(toSignalRMessage({ kind: "user", userId: "ada" }, long)).length,
    ).toBe(72);
  });
});
