import { describe, expect, it, onTestFinished } from "vitest";
import type { SignalRFaults } from "../../../local/signalr/signalr-faults.ts";
import { type Fixture, message, startFixture } from "./signalr-fixture.ts";

/** Starts a service whose draws are these numbers, over and over. */
async function start(faults: SignalRFaults | undefined, ...draws: number[]): Promise<Fixture> {
  let next = 0;
  const fixture = await startFixture({ faults, random: () => draws[next++ % draws.length] ?? 0 });
  onTestFinished(() => fixture.stop());
  return fixture;
}

const outcome = (call: Promise<Response>) =>
  call.then(
    ({ status }) => status,
    (error: unknown) => String((error as Error).cause),
  );

describe("SignalR faults", () => {
  it.each([429, 500, 503] as const)(
    "refuse the share of sends with %i, and reach nobody then",
    async (status) => {
      const fixture = await start({ sendStatus: { status, share: 0.5 } }, 0.49, 0.5);
      const ada = await fixture.connect("ada");
      const statuses = [
        (await fixture.rest("POST", "/users/ada/:send", message("refused"))).status,
        (await fixture.rest("POST", "/users/ada/:send", message("sent"))).status,
        (await fixture.restV1("POST", "/users/ada", message("refused"))).status,
        (await fixture.rest("POST", "/:send", message("settled"))).status,
      ];
      expect(statuses).toEqual([status, 202, status, 202]);
      await expect.poll(() => ada.received).toEqual([["sent"], ["settled"]]);
    },
  );

  it("leave other calls than sends their status", async () => {
    const fixture = await start({ sendStatus: { status: 503, share: 1 } }, 0);
    const ada = await fixture.connect("ada");
    expect((await fixture.rest("PUT", "/users/ada/groups/team")).status).toBe(200);
    expect((await fixture.rest("HEAD", `/connections/${ada.id}`)).status).toBe(200);
    expect((await fixture.rest("POST", "/:send", message())).status).toBe(503);
  });

  it("answer later", async () => {
    const fixture = await start({ delayMs: 150 }, 0);
    const begin = performance.now();
    expect((await fixture.rest("POST", "/:send", message())).status).toBe(202);
    expect(performance.now() - begin).toBeGreaterThanOrEqual(145);
  });

  it("reset connections, with the call carried out or not", async () => {
    const fixture = await start({ resetShare: 0.5 }, 0.1, 0.9, 0.1, 0.1, 0.9);
    const ada = await fixture.connect("ada");
    const calls = [
      await outcome(fixture.rest("POST", "/users/ada/:send", message("lost"))),
      await outcome(fixture.rest("POST", "/users/ada/:send", message("sent, and the answer lost"))),
      await outcome(fixture.rest("POST", "/users/ada/:send", message("sent"))),
    ];
    expect(calls).toEqual([
      expect.stringMatching(/ECONNRESET|other side closed/),
      expect.stringMatching(/ECONNRESET|other side closed/),
      202,
    ]);
    await expect.poll(() => ada.received).toEqual([["sent, and the answer lost"], ["sent"]]);
    expect(fixture.warnings).toEqual([]);
  });

  it("do not hit calls without a good token, nor clients", async () => {
    const fixture = await start({ sendStatus: { status: 500, share: 1 }, resetShare: 1 }, 0);
    const ada = await fixture.connect("ada");
    expect(ada.id).not.toBe("");
    const answer = await fetch(`${fixture.url}/api/v1/hubs/orders`, { method: "POST" });
    expect(answer.status).toBe(401);
  });

  it("are absent by default", async () => {
    const fixture = await start(undefined, 0);
    expect((await fixture.rest("POST", "/:send", message())).status).toBe(202);
  });
});

it("dropSockets cuts every client at once", async () => {
  const fixture = await start(undefined, 0);
  const raw = await Promise.all(["ada", "bob", undefined].map((userId) => fixture.openRaw(userId)));
  fixture.dropSockets();
  expect(await Promise.all(raw.map(({ closed }) => closed))).toEqual([1006, 1006, 1006]);
});
