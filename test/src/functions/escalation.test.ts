import { InvocationContext } from "@azure/functions";
import { describe, expect, it } from "vitest";
import { toNotificationId } from "../../../src/domain/notification-id.ts";
import { endEscalations } from "../../../src/functions/escalation.ts";
import { startDurableClient } from "../../support/durable-client.ts";

const durable = await startDurableClient();
const ID = toNotificationId(new Date().toISOString(), "a".repeat(22));
const TWO_DAYS_MS = 48 * 60 * 60_000;
const RAISE = `POST /instances/escalate-${ID}/raiseEvent/received`;
const START = `POST /orchestrators/escalateNotification/escalate-${ID}`;

describe("endEscalations", () => {
  it("raises `received` on the escalation of each notification", async () => {
    durable.answer(() => ({ status: 202 }));
    await endEscalations(durable.createContext(), [ID]);
    expect(durable.calls).toEqual([RAISE]);
    expect(durable.warnings).toEqual([]);
  });

  it("is content with one that has ended", async () => {
    durable.answer(() => ({ status: 410 }));
    await endEscalations(durable.createContext(), [ID]);
    expect(durable.calls).toEqual([RAISE]);
    expect(durable.warnings).toEqual([]);
  });

  it("takes the place of one that is not started yet", async () => {
    durable.answer((call) => (call === RAISE ? { status: 404 } : { status: 202, body: { id: "started" } }));
    await endEscalations(durable.createContext(), [ID]);
    expect(durable.calls).toEqual([RAISE, START]);
    expect(durable.warnings).toEqual([]);
  });

  it("ends one that was started between the two", async () => {
    let isStarted = false;
    durable.answer((call) => {
      if (call === START) {
        isStarted = true;
        return { status: 409 };
      }
      return { status: isStarted ? 202 : 404 };
    });
    await endEscalations(durable.createContext(), [ID]);
    expect(durable.calls).toEqual([RAISE, START, RAISE]);
    expect(durable.warnings).toEqual([]);
  });

  it("warns and never throws when the escalation cannot be reached", async () => {
    durable.answer(() => ({ status: 500 }));
    await endEscalations(durable.createContext(), [ID]);
    expect(durable.warnings).toEqual([expect.stringContaining(ID)]);
  });

  it("warns and never throws in a function that forgot the client", async () => {
    const warnings: unknown[] = [];
    const context = new InvocationContext({ logHandler: (_level, ...texts) => warnings.push(...texts) });
    await endEscalations(context, [ID]);
    expect(warnings).toEqual([expect.stringContaining("durable client")]);
  });

  it("asks nothing about a notification whose escalation is over since long, so that its id never runs again", async () => {
    durable.answer(() => ({ status: 500 }));
    const old = toNotificationId(new Date(Date.now() - TWO_DAYS_MS).toISOString(), "a".repeat(22));
    await endEscalations(durable.createContext(), [old]);
    expect(durable.calls).toEqual([]);
    expect(durable.warnings).toEqual([]);
  });

  it("asks nothing when there is nothing to end", async () => {
    durable.answer(() => ({ status: 500 }));
    await endEscalations(durable.createContext(), []);
    expect(durable.calls).toEqual([]);
  });
});
