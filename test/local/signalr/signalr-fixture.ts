/** A running service with a store of its own, and the two sides that talk to it: clients and a server. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type HubConnection, HubConnectionBuilder, LogLevel } from "@microsoft/signalr";
import { vi } from "vitest";
import { WebSocket } from "ws";
import { z } from "zod";
import { createClientToken, createServerToken, toClientUrl } from "../../../local/signalr/access-token.ts";
import { type SignalRService, startSignalRService } from "../../../local/signalr/start-signalr-service.ts";
import { openState } from "../../../local/state/open-state.ts";

export const ACCESS_KEY = "a-key-for-tests-only-0123456789abcdef";
export const HUB = "orders";

/** One service under test. */
export interface Fixture {
  readonly url: string;
  readonly warnings: string[];
  restart(): Promise<void>;
  stop(): Promise<void>;
  clientToken(userId?: string, hub?: string, lifetimeSeconds?: number): Promise<string>;
  /** Connects the real client and records what `notification` brings. */
  connect(userId?: string, hub?: string): Promise<Client>;
  /** Calls the REST API below the hub, `path` like `/users/ada/:send`. */
  rest(method: string, path: string, body?: unknown): Promise<Response>;
  /** The same by the v1 API. */
  restV1(method: string, path: string, body?: unknown): Promise<Response>;
  /** Waits until everything sent so far has arrived, by sending one more message to everyone. */
  settle(...clients: Client[]): Promise<void>;
  /** Notes what is to be stopped before the service. */
  addSide(stop: () => Promise<void>): void;
  counts(): ReturnType<SignalRService["connectionCounts"]>;
  dropSockets(): void;
  /** Opens a bare WebSocket as a user; without negotiation where there is no connection token. */
  openRaw(userId?: string, connectionToken?: string): Promise<RawClient>;
  /** Negotiates as a user and answers the connection token. */
  negotiate(userId: string, query?: string): Promise<string>;
}

/** A connected `@microsoft/signalr` client. */
export interface Client {
  readonly connection: HubConnection;
  readonly id: string;
  readonly received: unknown[][];
}

/** A WebSocket that collects the records sent to it. */
export interface RawClient {
  readonly socket: WebSocket;
  readonly records: unknown[];
  readonly closed: Promise<number>;
  send(record: unknown): void;
}

export async function startFixture(
  options: Partial<Pick<Parameters<typeof startSignalRService>[0], "faults" | "random">> = {},
): Promise<Fixture> {
  const folder = mkdtempSync(join(tmpdir(), "orderbell-signalr-"));
  const warnings: string[] = [];
  const sides: (() => Promise<void>)[] = [];
  const start = async (port: number) => {
    const state = openState(folder);
    const service: SignalRService = await startSignalRService({
      port,
      accessKey: ACCESS_KEY,
      state,
      ...options,
      log: (level, message) => {
        if (level === "warn" || level === "error") warnings.push(message);
      },
    });
    const close = async () => {
      await service.close();
      await state.close();
    };
    return { service, close };
  };
  let running = await start(0);
  const { url } = running.service;

  const call = async (method: string, target: string, body: unknown) => {
    const token = await createServerToken({ audience: target, accessKey: ACCESS_KEY });
    return fetch(target, {
      method,
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json; charset=utf-8" },
      ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
    });
  };
  const clientToken = (userId?: string, hub = HUB, lifetimeSeconds = 3600) =>
    createClientToken({ endpoint: url, accessKey: ACCESS_KEY, hub, userId, lifetimeSeconds });

  return {
    url,
    warnings,
    clientToken,
    addSide: (stop) => void sides.push(stop),
    counts: () => running.service.connectionCounts(),
    dropSockets: () => running.service.dropSockets(),
    restart: async () => {
      await running.close();
      running = await start(Number(new URL(url).port));
    },
    stop: async () => {
      await Promise.all(sides.map((side) => side()));
      await running.close();
      rmSync(folder, { recursive: true, force: true });
    },
    connect: async (userId, hub = HUB) => {
      const connection = new HubConnectionBuilder()
        .withUrl(toClientUrl(url, hub), { accessTokenFactory: () => clientToken(userId, hub) })
        .configureLogging(LogLevel.None)
        .build();
      const received: unknown[][] = [];
      connection.on("notification", (...values: unknown[]) => {
        received.push(values);
      });
      await connection.start();
      sides.push(() => connection.stop());
      return { connection, id: connection.connectionId ?? "", received };
    },
    rest: (method, path, body) => {
      const query = path.includes("?") ? "&" : "?";
      return call(method, `${url}/api/hubs/${HUB}${path}${query}api-version=2022-06-01`, body);
    },
    settle: async (...clients) => {
      await call("POST", `${url}/api/v1/hubs/${HUB}`, message("settled"));
      for (const { received } of clients) {
        const indexOfLast = () => received.findIndex(([value]) => value === "settled");
        await vi.waitUntil(() => indexOfLast() !== -1);
        received.splice(indexOfLast(), 1);
      }
    },
    restV1: (method, path, body) => call(method, `${url}/api/v1/hubs/${HUB}${path}`, body),
    negotiate: async (userId, query = "") => {
      const answer = await fetch(`${url}/client/negotiate?hub=${HUB}&negotiateVersion=1${query}`, {
        method: "POST",
        headers: { authorization: `Bearer ${await clientToken(userId)}` },
      });
      return z.object({ connectionToken: z.string() }).parse(await answer.json()).connectionToken;
    },
    openRaw: async (userId, connectionToken) => {
      const id = connectionToken === undefined ? "" : `&id=${connectionToken}`;
      const socket = new WebSocket(
        `${toClientUrl(url, HUB).replace("http", "ws")}&access_token=${await clientToken(userId)}${id}`,
      );
      const records: unknown[] = [];
      socket.on("message", (bytes: Buffer) => {
        for (const record of bytes.toString("utf8").split("\u001e").slice(0, -1))
          records.push(JSON.parse(record));
      });
      const closed = new Promise<number>((resolve) => socket.once("close", resolve));
      sides.push(async () => {
        socket.terminate();
        await closed;
      });
      await new Promise((resolve, reject) => {
        socket.once("open", resolve);
        socket.once("error", reject);
      });
      return { socket, records, closed, send: (record) => socket.send(`${JSON.stringify(record)}\u001e`) };
    },
  };
}

/** A message as the Functions extension sends it. */
export function message(...values: unknown[]): { Target: string; Arguments: unknown[] } {
  return { Target: "notification", Arguments: values };
}
