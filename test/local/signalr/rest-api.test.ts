import { HubConnectionState } from "@microsoft/signalr";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createServerToken } from "../../../local/signalr/access-token.ts";
import { ACCESS_KEY, type Fixture, HUB, message, startFixture } from "./signalr-fixture.ts";

let fixture: Fixture;
beforeEach(async () => {
  fixture = await startFixture();
});
afterEach(() => fixture.stop());

describe("sending", () => {
  it("brings a user's message to that user and nobody else", async () => {
    const [ada, bob] = [await fixture.connect("ada"), await fixture.connect("bob")];
    const answer = await fixture.rest("POST", "/users/ada/:send", message({ id: "1", title: "Größer ✓" }));
    expect(answer.status).toBe(202);
    await fixture.settle(ada, bob);
    expect(ada.received).toEqual([[{ id: "1", title: "Größer ✓" }]]);
    expect(bob.received).toEqual([]);
  });

  it("brings it to each of the user's devices", async () => {
    const [phone, laptop] = [await fixture.connect("ada"), await fixture.connect("ada")];
    expect(phone.id).not.toBe(laptop.id);
    await fixture.rest("POST", "/users/ada/:send", message(1, 2));
    await fixture.settle(phone, laptop);
    expect([phone.received, laptop.received]).toEqual([[[1, 2]], [[1, 2]]]);
  });

  it("reaches one connection by its id", async () => {
    const [phone, laptop] = [await fixture.connect("ada"), await fixture.connect("ada")];
    await fixture.rest("POST", `/connections/${phone.id}/:send`, message("here"));
    await fixture.settle(phone, laptop);
    expect([phone.received, laptop.received]).toEqual([[["here"]], []]);
  });

  it("fact 4a: a broadcast reaches everyone but the excluded, anonymous clients too", async () => {
    const [ada, bob, anonymous] = [
      await fixture.connect("ada"),
      await fixture.connect("bob"),
      await fixture.connect(),
    ];
    await fixture.rest("POST", `/:send?excluded=${ada.id}&excluded=${bob.id}`, message("rest"));
    await fixture.settle(ada, bob, anonymous);
    expect([ada.received, bob.received, anonymous.received]).toEqual([[], [], [["rest"]]]);
  });

  it("fact 4: keeps hubs apart, and an application's hub is named application_hub", async () => {
    const here = await fixture.connect("ada");
    const there = await fixture.connect("ada", "Other");
    const prefixed = await fixture.connect("ada", `shop_${HUB}`);
    await fixture.rest("POST", "/users/ada/:send?application=shop", message("shop"));
    await vi.waitFor(() => expect(prefixed.received).toEqual([["shop"]]));
    await fixture.settle(here);
    expect([here.received, there.received]).toEqual([[], []]);
  });

  it("fact 2: user ids and groups arrive percent-encoded, whatever their characters", async () => {
    const userId = "auth0|a/b c#?%2F:ü";
    const ada = await fixture.connect(userId);
    const user = encodeURIComponent(userId);
    const group = encodeURIComponent("field:Region__c=EMEA/%");
    expect((await fixture.rest("PUT", `/users/${user}/groups/${group}`)).status).toBe(200);
    await fixture.rest("POST", `/users/${user}/:send`, message("user"));
    await fixture.rest("POST", `/groups/${group}/:send`, message("group"));
    await fixture.settle(ada);
    expect(ada.received).toEqual([["user"], ["group"]]);
  });

  it("fact 2: the body is Target and Arguments, in any case, and arguments may be missing", async () => {
    const ada = await fixture.connect("ada");
    await fixture.rest("POST", "/users/ada/:send", { target: "notification", ARGUMENTS: [7] });
    await fixture.rest("POST", "/users/ada/:send", { Target: "notification" });
    await fixture.settle(ada);
    expect(ada.received).toEqual([[7], []]);
  });

  it.each([10, 125, 126, 65_400, 65_536, 900_000])("frames messages of %i bytes and more", async (size) => {
    const ada = await fixture.connect("ada");
    await fixture.rest("POST", "/users/ada/:send", message("x".repeat(size)));
    await fixture.settle(ada);
    expect(ada.received).toEqual([["x".repeat(size)]]);
  });

  it("fact 4a: messages to users, groups and connections that are not there are accepted", async () => {
    for (const path of ["/:send", "/users/x/:send", "/groups/x/:send", "/connections/x/:send"]) {
      expect((await fixture.rest("POST", path, message())).status).toBe(202);
    }
  });

  it("speaks v1 as well", async () => {
    const ada = await fixture.connect("ada");
    expect((await fixture.restV1("PUT", "/groups/team/users/ada")).status).toBe(202);
    expect((await fixture.restV1("POST", "/users/ada", message("user"))).status).toBe(202);
    expect((await fixture.restV1("POST", "/groups/team", message("group"))).status).toBe(202);
    expect((await fixture.restV1("POST", `/connections/${ada.id}`, message("connection"))).status).toBe(202);
    expect((await fixture.restV1("POST", "", message("all"))).status).toBe(202);
    await fixture.settle(ada);
    expect(ada.received).toEqual([["user"], ["group"], ["connection"], ["all"]]);
    expect((await fixture.restV1("DELETE", "/users/ada/groups/team")).status).toBe(202);
    expect((await fixture.restV1("DELETE", "/users/ada/groups")).status).toBe(200);
    expect((await fixture.restV1("GET", "/groups/team")).status).toBe(404);
    expect((await fixture.restV1("DELETE", `/connections/${ada.id}`)).status).toBe(202);
  });
});

describe("existence", () => {
  it("fact 4: tells who is there, and names in x-ms-error-code what is not", async () => {
    const ada = await fixture.connect("ada");
    await fixture.rest("PUT", `/groups/team/connections/${ada.id}`);
    const ask = async (method: string, path: string) => {
      const answer = await fixture.rest(method, path);
      return [answer.status, answer.headers.get("x-ms-error-code")];
    };
    expect(await ask("HEAD", "/users/ada")).toEqual([200, null]);
    expect(await ask("HEAD", "/users/bob")).toEqual([404, "Warning.User.NotExisted"]);
    expect(await ask("HEAD", `/connections/${ada.id}`)).toEqual([200, null]);
    expect(await ask("HEAD", "/connections/none")).toEqual([404, "Warning.Connection.NotExisted"]);
    expect(await ask("HEAD", "/groups/team")).toEqual([200, null]);
    expect(await ask("HEAD", "/groups/none")).toEqual([404, "Warning.Group.NotExisted"]);
    expect(await ask("GET", "/users/ada/groups/team")).toEqual([200, null]);
    expect(await ask("HEAD", "/users/bob/groups/team")).toEqual([404, "Info.User.NotInGroup"]);
    expect(await ask("PUT", "/groups/team/connections/none")).toEqual([404, "Error.Connection.NotExisted"]);
    expect(await ask("DELETE", "/groups/team/connections/none")).toEqual([
      404,
      "Error.Connection.NotExisted",
    ]);
  });

  it("fact 4a: HEAD /api/health is 200, without a token", async () => {
    expect((await fetch(`${fixture.url}/api/health`, { method: "HEAD" })).status).toBe(200);
  });
});

describe("closing connections", () => {
  it("closes one with the reason, and the client does not come back", async () => {
    const ada = await fixture.connect("ada");
    const closed = new Promise<Error | undefined>((resolve) => ada.connection.onclose(resolve));
    expect((await fixture.rest("DELETE", `/connections/${ada.id}?reason=signed%20out`)).status).toBe(200);
    expect((await closed)?.message).toContain("signed out");
    expect(ada.connection.state).toBe(HubConnectionState.Disconnected);
    expect((await fixture.rest("HEAD", "/users/ada")).status).toBe(404);
  });

  it("closes a user's, a group's and all connections, but not the excluded", async () => {
    const [ada, bob, eve, dan] = await Promise.all(
      ["ada", "bob", "eve", "dan"].map((userId) => fixture.connect(userId)),
    );
    await fixture.rest("PUT", "/users/bob/groups/team");
    expect((await fixture.rest("POST", "/users/ada/:closeConnections")).status).toBe(204);
    expect((await fixture.rest("POST", "/groups/team/:closeConnections")).status).toBe(204);
    expect((await fixture.rest("POST", `/:closeConnections?excluded=${dan?.id}`)).status).toBe(204);
    await vi.waitFor(() => {
      for (const client of [ada, bob, eve])
        expect(client?.connection.state).toBe(HubConnectionState.Disconnected);
    });
    expect(dan?.connection.state).toBe(HubConnectionState.Connected);
  });
});

describe("malformed calls", () => {
  it.each([
    ["no body", "", "body"],
    ["no JSON", "{", "body"],
    ["an array", [], "body"],
    ["no target", { Arguments: [] }, "target"],
    ["an empty target", { Target: "", Arguments: [] }, "target"],
    ["arguments that are no array", { Target: "x", Arguments: {} }, "arguments"],
  ])("answers 400 with a reason for %s", async (_what, body, reason) => {
    const answer = await fixture.rest("POST", "/:send", body);
    expect(answer.status).toBe(400);
    expect(await answer.text()).toContain(reason);
  });

  it("fact 4: answers 400 for a bad name, ttl or api version", async () => {
    const long = "g".repeat(1025);
    const statuses = await Promise.all([
      fixture.rest("POST", `/groups/${long}/:send`, message()),
      fixture.rest("POST", "/groups/%20%20/:send", message()),
      fixture.rest("POST", "/:send?application=1st", message()),
      fixture.rest("PUT", "/users/ada/groups/team?ttl=-1"),
      fixture.rest("PUT", "/users/ada/groups/team?ttl=soon"),
      fixture.rest("PUT", "/users/ada/groups/team?ttl="),
      fixture.rest("POST", "/../1hub/:send", message()),
    ]);
    expect(statuses.map(({ status }) => status)).toEqual(statuses.map(() => 400));
    const token = await createServerToken({ audience: fixture.url, accessKey: ACCESS_KEY });
    const unversioned = await fetch(`${fixture.url}/api/hubs/${HUB}/users/ada`, {
      method: "HEAD",
      headers: { authorization: `Bearer ${token}` },
    });
    expect(unversioned.status).toBe(400);
  });

  it("fact 2: the body comes in chunks without a length; fact 4: it is limited to 1 MB then too", async () => {
    const token = await createServerToken({ audience: fixture.url, accessKey: ACCESS_KEY });
    const send = (chunks: number) => {
      const text = JSON.stringify(message("x".repeat(chunks * 100_000)));
      const body = new ReadableStream<Uint8Array>({
        start(controller) {
          for (let at = 0; at < text.length; at += 50_000) {
            controller.enqueue(new TextEncoder().encode(text.slice(at, at + 50_000)));
          }
          controller.close();
        },
      });
      const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
      return fetch(`${fixture.url}/api/v1/hubs/${HUB}`, { method: "POST", headers, body, duplex: "half" });
    };
    expect((await send(3)).status).toBe(202);
    expect((await send(12)).status).toBe(413);
  });

  it("fact 4: answers 413 for a body above 1 MB; fact 2: and 415 for MessagePack, which this service does not take", async () => {
    expect((await fixture.rest("POST", "/:send", message("x".repeat(1024 * 1024)))).status).toBe(413);
    const token = await createServerToken({ audience: fixture.url, accessKey: ACCESS_KEY });
    const binary = await fetch(`${fixture.url}/api/v1/hubs/${HUB}`, {
      method: "POST",
      headers: { authorization: `Bearer ${token}`, "content-type": "application/octet-stream" },
      body: new Uint8Array([0x80]),
    });
    expect(binary.status).toBe(415);
  });
});
