/**
 * The HTTP management API of Durable Functions over the local engine (azure-functions-durable-extension,
 * HttpApiHandler.cs): the same relative paths serve the webhook and durable-functions' own client.
 */
import { Hono, type Context } from "hono";
import type { DurableEngine } from "./durable-engine.ts";
import {
  EngineStoppedError,
  InstanceAlreadyExistsError,
  InstanceNotFoundError,
  InstanceStateError,
  InvalidInstanceIdError,
} from "./durable-errors.ts";
import { toManagementUrls } from "./management-urls.ts";
import { readInstanceQuery, readStatusQuery, readWaitQuery } from "./management-query.ts";
import { isTerminal } from "./runtime-status.ts";
import { toHistoryEvents, toStatusResponse } from "./status-response.ts";

/** What the API answers for and with. */
export interface DurableHttpApiOptions {
  engine: DurableEngine;
  /** The base of the URLs in an answer, for the URL of the request; without a slash at its end. */
  baseUrl: (requestUrl: string) => string;
  taskHub: string;
  connection: string;
  systemKey: string;
}

const notSupported = { rewind: "Rewind is", entities: "Durable entities are" } as const;
const continuationHeader = "x-ms-continuation-token";

/** Creates the API; mount it below any path. */
export function createDurableHttpApi(options: DurableHttpApiOptions): Hono {
  const { engine } = options;
  const api = new Hono();

  api.post("/orchestrators/:functionName/:instanceId?", async (c) => {
    const input = readJsonText(await c.req.text());
    if (input === undefined) return c.json({ Message: "Invalid JSON content" }, 400);
    const instanceId = await engine.startNew({
      name: c.req.param("functionName"),
      instanceId: c.req.param("instanceId"),
      input,
      version: c.req.query("version"),
    });
    return await answerStarted(c, options, instanceId);
  });

  for (const path of ["/instances", "/instances/"]) {
    api.get(path, (c) => listInstances(c, engine));
    api.delete(path, async (c) => {
      const { filter } = readInstanceQuery(c.req.query());
      if (filter.createdFromMs === undefined) {
        return c.json({ Message: "Please provide value for 'createdTimeFrom' parameter." }, 400);
      }
      const instancesDeleted = await engine.purgeInstances(filter);
      return instancesDeleted === 0 ? c.body(null, 404) : c.json({ instancesDeleted });
    });
  }

  api.get("/instances/:instanceId", (c) => answerStatus(c, engine, c.req.param("instanceId")));
  api.delete("/instances/:instanceId", async (c) => {
    await engine.purgeInstance(c.req.param("instanceId"));
    return c.json({ instancesDeleted: 1 });
  });
  api.post("/instances/:instanceId/raiseEvent/:eventName", async (c) => {
    const instanceId = c.req.param("instanceId");
    assertActive(engine, instanceId, "raise an event to");
    if (!/^application\/json\s*(;|$)/iu.test(c.req.header("content-type") ?? "")) {
      return c.json({ Message: "Only application/json request content is supported" }, 400);
    }
    const input = readJsonText(await c.req.text());
    if (input === undefined) return c.json({ Message: "Invalid JSON content" }, 400);
    await engine.raiseEvent(instanceId, c.req.param("eventName"), input ?? "null");
    return c.body(null, 202);
  });
  for (const operation of ["terminate", "suspend", "resume"] as const) {
    api.post(`/instances/:instanceId/${operation}`, async (c) => {
      await engine[operation](c.req.param("instanceId"), c.req.query("reason") ?? null);
      return c.body(null, 202);
    });
  }
  api.post("/instances/:instanceId/restart", async (c) => {
    const withNewInstanceId = c.req.query("restartWithNewInstanceId")?.toLowerCase() !== "false";
    try {
      const instanceId = await engine.restart(c.req.param("instanceId"), withNewInstanceId);
      return await answerStarted(c, options, instanceId);
    } catch (error) {
      if (!(error instanceof InstanceNotFoundError)) throw error;
      return c.json({ Message: "InstanceId does not match a valid orchestration instance." }, 400);
    }
  });
  api.post("/instances/:instanceId/rewind", (c) => answerNotSupported(c, "rewind"));
  api.all("/entities", (c) => answerNotSupported(c, "entities"));
  api.all("/entities/*", (c) => answerNotSupported(c, "entities"));

  api.onError((error, c) => answerError(error, c));
  return api;
}

async function answerStarted(c: Context, options: DurableHttpApiOptions, instanceId: string) {
  const wait = readWaitQuery(c.req.query());
  if (wait !== null) {
    await options.engine.waitForEnd(instanceId, wait.timeoutMs);
    const row = options.engine.getInstance(instanceId);
    if (row !== null && isTerminal(row.runtimeStatus)) {
      const status = toStatusResponse(row, true);
      if (row.runtimeStatus === "Completed") return c.json(status.output);
      return c.json(status, row.runtimeStatus === "Failed" && wait.failureIs500 ? 500 : 200);
    }
  }
  const { taskHub, connection, systemKey } = options;
  const baseUrl = options.baseUrl(c.req.url);
  const urls = toManagementUrls(instanceId, { baseUrl, taskHub, connection, systemKey });
  return c.json(urls, 202, { Location: urls.statusQueryGetUri, "Retry-After": "10" });
}

function answerStatus(c: Context, engine: DurableEngine, instanceId: string) {
  const row = engine.getInstance(instanceId);
  if (row === null) return c.body(null, 404);
  const query = readStatusQuery(c.req.query());
  const history = query.showHistory ? toHistoryEvents(engine.getHistory(instanceId), query) : undefined;
  const body = toStatusResponse(row, query.showInput, history);
  if (!isTerminal(row.runtimeStatus)) {
    return c.json(body, 202, { Location: c.req.url, "Retry-After": "5" });
  }
  return c.json(body, row.runtimeStatus === "Failed" && query.failureIs500 ? 500 : 200);
}

function listInstances(c: Context, engine: DurableEngine) {
  const { filter, pageSize, showInput } = readInstanceQuery(c.req.query());
  const token = c.req.header(continuationHeader);
  const afterId = token === undefined ? null : Buffer.from(token, "base64url").toString("utf8");
  const page = engine.listInstances(filter, pageSize, afterId === "" ? null : afterId);
  if (page.continueAfter !== null) {
    c.header(continuationHeader, Buffer.from(page.continueAfter, "utf8").toString("base64url"));
  }
  return c.json(page.instances.map((row) => toStatusResponse(row, showInput)));
}

function assertActive(engine: DurableEngine, instanceId: string, operation: string): void {
  const row = engine.getInstance(instanceId);
  if (row === null) throw new InstanceNotFoundError(instanceId);
  if (isTerminal(row.runtimeStatus)) throw new InstanceStateError(instanceId, operation, row.runtimeStatus);
}

function answerNotSupported(c: Context, feature: keyof typeof notSupported) {
  return c.text(`${notSupported[feature]} not supported by the local Durable engine.`, 501);
}

/** The text when it is JSON, null when it is empty, undefined when it is something else. */
function readJsonText(text: string): string | null | undefined {
  if (text.trim() === "") return null;
  try {
    JSON.parse(text);
    return text;
  } catch {
    return undefined;
  }
}

function answerError(error: Error, c: Context) {
  const body = { Message: error.message };
  if (error instanceof InstanceNotFoundError) return c.body(null, 404);
  if (error instanceof InstanceAlreadyExistsError) return c.json(body, 409);
  if (error instanceof InvalidInstanceIdError) return c.json(body, 400);
  if (error instanceof EngineStoppedError) return c.json(body, 503);
  if (error instanceof InstanceStateError) {
    if (!isTerminal(error.runtimeStatus)) {
      // A purge of an active instance is refused; suspending twice is an exception that nobody catches on Azure.
      return c.json(body, error.operation === "purge" ? 412 : 500);
    }
    return c.body(null, 410);
  }
  const Message = "Something went wrong while processing your request";
  return c.json({ Message, ExceptionMessage: error.message, ExceptionType: error.name }, 500);
}
