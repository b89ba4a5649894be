/**
 * The REST data plane that servers call, in its two versions.
 *
 * Sources: Azure/azure-signalr docs/swagger/V20220601.json; "Azure SignalR Service data plane REST API - v1" on Microsoft
 * Learn; where these are silent, Microsoft's emulator (src/Microsoft.Azure.SignalR.Emulator/Controllers).
 */
import type { HttpBindings } from "@hono/node-server";
import { Hono, type MiddlewareHandler } from "hono";
import { type Authenticator, bearerToken } from "./authenticate.ts";
import type { Audience, Hubs } from "./hub.ts";
import { answerError, BadRequestError, notFound } from "./rest-error.ts";
import {
  connectionOf,
  excludedOf,
  groupOf,
  hubOf,
  readInvocationFrame,
  type RestContext,
  ttlOf,
  userOf,
} from "./rest-payload.ts";
import type { UserGroups } from "./user-groups.ts";

/** Answers HTTP requests, given Node's own beside them. */
export type RestApi = Hono<{ Bindings: HttpBindings }>;

/** Where the two versions differ. */
interface Dialect {
  readonly send: string;
  readonly userAdded: 200 | 202;
  readonly userRemoved: 204 | 202;
  readonly userRemovedFromAll: 204 | 200;
  readonly connectionClosed: 200 | 202;
}

const V2022: Dialect = {
  send: "/:send{:send}",
  userAdded: 200,
  userRemoved: 204,
  userRemovedFromAll: 204,
  connectionClosed: 200,
};
const V1: Dialect = {
  send: "",
  userAdded: 202,
  userRemoved: 202,
  userRemovedFromAll: 200,
  connectionClosed: 202,
};

/** What the REST API acts upon. */
export interface RestApiParts {
  readonly hubs: Hubs;
  readonly userGroups: UserGroups;
  readonly authenticator: Authenticator;
  /** What goes wrong on purpose, of `createFaults`. */
  readonly faults?: MiddlewareHandler<{ Bindings: HttpBindings }> | undefined;
  readonly log: (level: "debug" | "error", message: string) => void;
}

/** Creates the app that answers everything below `/api`. */
export function createRestApi(parts: RestApiParts): RestApi {
  const app: RestApi = new Hono();
  app.onError((error, c) => answerError(error, c, (message) => parts.log("error", message)));
  app.get("/api/health", (c) => c.body(null, 200));
  app.get("/api/v1/health", (c) => c.body(null, 200));
  app.use(async (c, next) => {
    const token = bearerToken(c.req.header("authorization"));
    await parts.authenticator.authenticate(token, "api", new URL(c.req.url).hostname);
    return next();
  });
  if (parts.faults) app.use(parts.faults);
  app.route("/api/v1/hubs/:hub", hubRoutes(V1, parts));
  app.use("/api/hubs/*", (c, next) => {
    if (!/^\d{4}-\d{2}-\d{2}(-preview)?$/.test(c.req.query("api-version") ?? "")) {
      throw new BadRequestError("api-version", "The query needs an api-version, such as 2022-06-01.");
    }
    return next();
  });
  app.route("/api/hubs/:hub", hubRoutes(V2022, parts).route("/", closingRoutes(parts)));
  return app;
}

const all = (): Audience => ({ kind: "all" });
const userAudience = (c: RestContext): Audience => ({ kind: "user", userId: userOf(c) });
const groupAudience = (c: RestContext): Audience => ({ kind: "group", group: groupOf(c) });
const connectionAudience = (c: RestContext): Audience => ({
  kind: "connection",
  connectionId: connectionOf(c),
});

function hubRoutes(dialect: Dialect, { hubs, userGroups, log }: RestApiParts): RestApi {
  const app: RestApi = new Hono();
  const send = (toAudience: (c: RestContext) => Audience) => async (c: RestContext) => {
    const audience = toAudience(c);
    const hub = hubs.get(hubOf(c));
    const excluded = excludedOf(c);
    const frame = await readInvocationFrame(c);
    const receivers = hub.connectionsOf(audience).filter((connection) => !excluded.has(connection.id));
    for (const connection of receivers) connection.send(frame);
    log("debug", `sent ${frame.length} bytes by ${audience.kind} to ${receivers.length} connections`);
    return c.body(null, 202);
  };
  const membershipOf = (c: RestContext) => ({ hub: hubOf(c), userId: userOf(c), group: groupOf(c) });

  app.post(dialect.send || "/", send(all));
  app.post(`/users/:user${dialect.send}`, send(userAudience));
  app.post(`/groups/:group${dialect.send}`, send(groupAudience));
  app.post(`/connections/:connection${dialect.send}`, send(connectionAudience));

  // Hono answers HEAD from GET routes; the SDK uses GET for the last of these, v1 for all.
  app.get("/connections/:connection", (c) =>
    hubs.get(hubOf(c)).has(connectionAudience(c))
      ? c.body(null, 200)
      : notFound(c, "Warning.Connection.NotExisted"),
  );
  app.get("/users/:user", (c) =>
    hubs.get(hubOf(c)).has(userAudience(c)) ? c.body(null, 200) : notFound(c, "Warning.User.NotExisted"),
  );
  app.get("/groups/:group", (c) =>
    hubs.get(hubOf(c)).has(groupAudience(c)) ? c.body(null, 200) : notFound(c, "Warning.Group.NotExisted"),
  );

  // The store first, then the present connections: a connection that opens in between is caught by one of the two.
  for (const path of userGroupPaths(dialect)) {
    app.get(path, (c) => {
      const membership = membershipOf(c);
      const isIn =
        userGroups.has(membership) ||
        hubs.get(membership.hub).hasUserInGroup(membership.userId, membership.group);
      return isIn ? c.body(null, 200) : notFound(c, "Info.User.NotInGroup");
    });
    app.put(path, async (c) => {
      const membership = membershipOf(c);
      await userGroups.add(membership, ttlOf(c));
      hubs.get(membership.hub).addToGroup(userAudience(c), membership.group);
      return c.body(null, dialect.userAdded);
    });
    app.delete(path, async (c) => {
      const membership = membershipOf(c);
      await userGroups.remove(membership);
      hubs.get(membership.hub).removeFromGroup(userAudience(c), membership.group);
      return c.body(null, dialect.userRemoved);
    });
  }
  app.delete("/users/:user/groups", async (c) => {
    const hub = hubOf(c);
    await userGroups.removeAll(hub, userOf(c));
    hubs.get(hub).removeFromAllGroups(userAudience(c));
    return c.body(null, dialect.userRemovedFromAll);
  });

  app.put("/groups/:group/connections/:connection", (c) =>
    hubs.get(hubOf(c)).addToGroup(connectionAudience(c), groupOf(c))
      ? c.body(null, 200)
      : notFound(c, "Error.Connection.NotExisted"),
  );
  app.delete("/groups/:group/connections/:connection", (c) =>
    hubs.get(hubOf(c)).removeFromGroup(connectionAudience(c), groupOf(c))
      ? c.body(null, 200)
      : notFound(c, "Error.Connection.NotExisted"),
  );
  app.delete("/connections/:connection/groups", (c) => {
    hubs.get(hubOf(c)).removeFromAllGroups(connectionAudience(c));
    return c.body(null, 200);
  });
  app.delete("/connections/:connection", (c) => {
    closeConnections(c, hubs, connectionAudience(c));
    return c.body(null, dialect.connectionClosed);
  });
  return app;
}

/** v1 also names the pair the other way round. */
function userGroupPaths(dialect: Dialect): string[] {
  return dialect === V1
    ? ["/users/:user/groups/:group", "/groups/:group/users/:user"]
    : ["/users/:user/groups/:group"];
}

function closingRoutes({ hubs }: RestApiParts): RestApi {
  const app: RestApi = new Hono();
  const close = (toAudience: (c: RestContext) => Audience) => (c: RestContext) => {
    closeConnections(c, hubs, toAudience(c));
    return c.body(null, 204);
  };
  app.post("/:close{:closeConnections}", close(all));
  app.post("/users/:user/:close{:closeConnections}", close(userAudience));
  app.post("/groups/:group/:close{:closeConnections}", close(groupAudience));
  return app;
}

function closeConnections(c: RestContext, hubs: Hubs, audience: Audience): void {
  const excluded = excludedOf(c);
  const error = c.req.query("reason");
  for (const connection of hubs.get(hubOf(c)).connectionsOf(audience)) {
    if (!excluded.has(connection.id)) connection.close({ error, allowReconnect: false });
  }
}
