import { InvocationContext } from "@azure/functions";
import { describe, expect, it } from "vitest";
import { endEscalations } from "../../../src/functions/escalation.ts";
import { startDurableClient } from "../../support/durable-client.ts";

const durable = await startDurableClient();
const ID = "8204697599999-aaaaaaaaaaaaaaaaaaaaaa";
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

  it("asks nothing when there is nothing to end", async () => {
    durable.answer(() => ({ status: 500 }));
    await endEscalations(durable.createContext(), []);
    expect(durable.calls).toEqual([]);
  });
});
