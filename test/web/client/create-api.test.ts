import { expect, it } from "vitest";
import {
  RefusedError,
  SignedOutError,
  UnexpectedAnswerError,
  UnreachableError,
} from "../../../web/client/api-errors.ts";
import { type Api, createApi } from "../../../web/client/create-api.ts";
import { makeNotification } from "./fake-site.ts";

/** An API whose every call gets this answer; `requests` tells what was asked. */
function answering(answer: () => Response): { api: Api; requests: string[] } {
  const requests: string[] = [];
  const api = createApi({
    baseUrl: "https://orders.example",
    fetch: async (input, init) => {
      const request = new Request(input, init);
      requests.push([request.method, request.url, await request.text()].filter(Boolean).join(" "));
      return answer();
    },
  });
  return { api, requests };
}

it("follows and unfollows a scope, whatever characters it has", async () => {
  const { api, requests } = answering(() => new Response(null, { status: 204 }));
  await api.follow("account:001/ü");
  await api.unfollow("all");
  expect(requests).toEqual([
    "PUT https://orders.example/api/subscriptions/account%3A001%2F%C3%BC {}",
    "DELETE https://orders.example/api/subscriptions/all",
  ]);
});

it("reads what the person follows and may follow", async () => {
  const answer = {
    items: [{ scope: "field:Region__c=EMEA", fieldEquals: { Type: "New" }, transitions: ["teleported"] }],
    grants: [{ scope: "all", label: "All" }],
  };
  const { api } = answering(() => Response.json(answer));
  expect(await api.readFollowedScopes()).toEqual(answer);
});

it("reads and replaces preferences, and keeps what the server answers", async () => {
  const answer = { quietHours: null, mutedScopes: ["all"], mutedTransitions: ["teleported"] };
  const { api, requests } = answering(() => Response.json(answer));
  expect(await api.readPreferences()).toEqual(answer);
  expect(await api.savePreferences({ ...answer, mutedScopes: [] })).toEqual(answer);
  expect(requests).toEqual([
    "GET https://orders.example/api/preferences",
    `PUT https://orders.example/api/preferences ${JSON.stringify({ ...answer, mutedScopes: [] })}`,
  ]);
});

it("tells whether read-all has left some", async () => {
  const some = answering(() => Response.json({ updated: 1_000, more: true }));
  expect(await some.api.readAll({})).toEqual({ isMore: true });
  const none = answering(() => Response.json({ updated: 7 }));
  expect(await none.api.readAll({})).toEqual({ isMore: false });
});

it("keeps the places that a problem names", async () => {
  const errors = ["quietHours.to: must differ from the beginning"];
  const { api } = answering(() => Response.json({ title: "Bad request", errors }, { status: 400 }));
  const saved = api.savePreferences({ quietHours: null, mutedScopes: [], mutedTransitions: [] });
  await expect(saved).rejects.toMatchObject({ status: 400, errors });
});

it("prefers the person's name to their id", async () => {
  const claims = [{ typ: "name", val: "Ada Lovelace" }];
  const named = answering(() =>
    Response.json([{ provider_name: "aad", user_id: "ada", user_claims: claims }]),
  );
  expect(await named.api.readPersonName()).toBe("Ada Lovelace");
  const nameless = answering(() => Response.json([{ provider_name: "aad", user_id: "ada" }]));
  expect(await nameless.api.readPersonName()).toBe("ada");
});

it("tells a 401 with an empty body from every other refusal", async () => {
  const { api } = answering(() => new Response(null, { status: 401 }));
  await expect(api.follow("all")).rejects.toBeInstanceOf(SignedOutError);
});

it("keeps the title and detail of a problem", async () => {
  const { api } = answering(() =>
    Response.json({ title: "Not granted", detail: "Ask an admin" }, { status: 403 }),
  );
  await expect(api.follow("all")).rejects.toMatchObject({
    constructor: RefusedError,
    status: 403,
    message: "Not granted",
    detail: "Ask an admin",
  });
});

it("finds words for a refusal that brings none", async () => {
  const { api } = answering(() => new Response("<h1>Bad gateway</h1>", { status: 502 }));
  await expect(api.follow("all")).rejects.toMatchObject({
    status: 502,
    message: "The server could not do this",
  });
});

it("calls a page that is not JSON an unexpected answer", async () => {
  const { api } = answering(() => new Response("<h1>Welcome to the café's network</h1>"));
  await expect(api.readFollowedScopes()).rejects.toBeInstanceOf(UnexpectedAnswerError);
});

it("calls a failed connection unreachable", async () => {
  const api = createApi({ fetch: () => Promise.reject(new TypeError("fetch failed")) });
  await expect(api.readInbox({ limit: 1 })).rejects.toBeInstanceOf(UnreachableError);
});

it("asks for a page before a notification, and refuses one that holds newer ones", async () => {
  const { id, ...rest } = makeNotification(5);
  const page = { items: [{ id, ...rest, state: "read" }], nextSince: rest.createdAt, unseen: 0, unread: 0 };
  const { api, requests } = answering(() => Response.json(page));
  expect((await api.readInbox({ before: makeNotification(6).id, limit: 10 })).items).toHaveLength(1);
  expect(requests).toEqual([
    `GET https://orders.example/api/notifications?limit=10&before=${makeNotification(6).id}`,
  ]);
  await expect(api.readInbox({ before: id, limit: 10 })).rejects.toThrow(UnexpectedAnswerError);
});
