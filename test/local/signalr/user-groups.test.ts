import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from "vitest";
import { UserGroups } from "../../../local/signalr/user-groups.ts";
import { openState } from "../../../local/state/open-state.ts";
import { type Fixture, HUB, message, startFixture } from "./signalr-fixture.ts";

let fixture: Fixture;
beforeEach(async () => {
  fixture = await startFixture();
});
afterEach(() => fixture.stop());

describe("groups", () => {
  it("brings a group message once to a connection that is in the group twice over", async () => {
    const ada = await fixture.connect("ada");
    expect((await fixture.rest("PUT", "/users/ada/groups/team")).status).toBe(200);
    expect((await fixture.rest("PUT", `/groups/team/connections/${ada.id}`)).status).toBe(200);
    await fixture.rest("POST", "/groups/team/:send", message("once"));
    await fixture.settle(ada);
    expect(ada.received).toEqual([["once"]]);
  });

  it("fact 4a: a group message leaves out the excluded connections", async () => {
    const [phone, laptop] = [await fixture.connect("ada"), await fixture.connect("ada")];
    await fixture.rest("PUT", "/users/ada/groups/team");
    await fixture.rest("POST", `/groups/team/:send?excluded=${phone.id}`, message("laptop"));
    await fixture.settle(phone, laptop);
    expect([phone.received, laptop.received]).toEqual([[], [["laptop"]]]);
  });

  it("fact 4: a connection's place in a group dies with the connection", async () => {
    const ada = await fixture.connect("ada");
    await fixture.rest("PUT", `/groups/team/connections/${ada.id}`);
    await ada.connection.stop();
    await vi.waitFor(async () => expect((await fixture.rest("HEAD", "/groups/team")).status).toBe(404));
    await fixture.connect("ada");
    expect((await fixture.rest("HEAD", "/groups/team")).status).toBe(404);
  });

  it("takes connections out of one group or all", async () => {
    const ada = await fixture.connect("ada");
    for (const group of ["a", "b", "c"]) await fixture.rest("PUT", `/groups/${group}/connections/${ada.id}`);
    expect((await fixture.rest("DELETE", `/groups/a/connections/${ada.id}`)).status).toBe(200);
    expect((await fixture.rest("HEAD", "/groups/a")).status).toBe(404);
    expect((await fixture.rest("DELETE", `/connections/${ada.id}/groups`)).status).toBe(200);
    expect((await fixture.rest("HEAD", "/groups/b")).status).toBe(404);
  });

  it("fact 4: a user is added while away, and joins with the next connection", async () => {
    await fixture.rest("PUT", "/users/ada/groups/team");
    await fixture.rest("PUT", "/users/ada/groups/other");
    const ada = await fixture.connect("ada");
    await fixture.rest("POST", "/groups/team/:send", message("in"));
    expect((await fixture.rest("DELETE", "/users/ada/groups/team")).status).toBe(204);
    await fixture.rest("POST", "/groups/team/:send", message("out"));
    expect((await fixture.rest("DELETE", "/users/ada/groups")).status).toBe(204);
    await fixture.rest("POST", "/groups/other/:send", message("out"));
    await fixture.settle(ada);
    expect(ada.received).toEqual([["in"]]);
  });

  it("fact 4: ttl 0 adds the present connections only", async () => {
    const phone = await fixture.connect("ada");
    expect((await fixture.rest("PUT", "/users/ada/groups/team?ttl=0")).status).toBe(200);
    const laptop = await fixture.connect("ada");
    await fixture.rest("POST", "/groups/team/:send", message("present"));
    await fixture.settle(phone, laptop);
    expect([phone.received, laptop.received]).toEqual([[["present"]], []]);
  });

  it("fact 4: a user's membership persists, also across a restart of the service", async () => {
    await fixture.rest("PUT", "/users/ada/groups/team");
    await fixture.restart();
    const ada = await fixture.connect("ada");
    await fixture.rest("POST", "/groups/team/:send", message("still"));
    await fixture.settle(ada);
    expect(ada.received).toEqual([["still"]]);
  });

  describe("as time passes", () => {
    beforeEach(() => {
      vi.useFakeTimers({ toFake: ["Date"] });
    });
    afterEach(() => {
      vi.useRealTimers();
    });

    it("fact 4: the ttl governs future connections only", async () => {
      const before = await fixture.connect("ada");
      await fixture.rest("PUT", "/users/ada/groups/team?ttl=60");
      const during = await fixture.connect("ada");
      vi.setSystemTime(Date.now() + 61_000);
      const after = await fixture.connect("ada");
      await fixture.rest("POST", "/groups/team/:send", message("x"));
      await fixture.settle(before, during, after);
      expect([before.received, during.received, after.received]).toEqual([[["x"]], [["x"]], []]);
    });

    it("removes expired memberships from the store", async () => {
      const folder = mkdtempSync(join(tmpdir(), "orderbell-signalr-"));
      const state = openState(folder);
      onTestFinished(async () => {
        await state.close();
        rmSync(folder, { recursive: true, force: true });
      });
      const userGroups = new UserGroups(state);
      await userGroups.add({ hub: HUB, userId: "ada", group: "short" }, 60);
      await userGroups.add({ hub: HUB, userId: "ada", group: "long" }, 6000);
      vi.setSystemTime(Date.now() + 61_000);
      expect(await userGroups.removeExpired()).toBe(1);
      expect(await userGroups.removeExpired()).toBe(0);
      vi.setSystemTime(Date.now() - 61_000);
      expect(userGroups.groupsOf(HUB, "ada")).toEqual(["long"]);
    });

    it("fact 4: adding a user again overwrites the ttl", async () => {
      await fixture.rest("PUT", "/users/ada/groups/team?ttl=60");
      await fixture.rest("PUT", "/users/ada/groups/team");
      vi.setSystemTime(Date.now() + 3_600_000);
      expect((await fixture.rest("HEAD", "/users/ada/groups/team")).status).toBe(200);
      vi.setSystemTime(Date.now() + 366 * 24 * 3_600_000);
      expect((await fixture.rest("HEAD", "/users/ada/groups/team")).status).toBe(404);
    });
  });

  it("keeps the 100 latest groups of a user without ttl, and all with one", async () => {
    await fixture.rest("PUT", "/users/ada/groups/lasting?ttl=600");
    for (let n = 0; n <= 100; n += 1) {
      await fixture.rest("PUT", `/users/ada/groups/g${n}`);
      if (n === 0) await vi.waitUntil(nextMillisecond());
    }
    const statusOf = async (group: string) =>
      (await fixture.rest("HEAD", `/users/ada/groups/${group}`)).status;
    expect([await statusOf("g0"), await statusOf("g1"), await statusOf("g100")]).toEqual([404, 200, 200]);
    expect(await statusOf("lasting")).toBe(200);
  });
});

function nextMillisecond(): () => boolean {
  const now = Date.now();
  return () => Date.now() > now;
}
