/** An HTTP server on loopback. */
import { createAdaptorServer } from "@hono/node-server";
import type { Hono } from "hono";

/** A server that answers; `close` also ends what is still connected. */
export interface Listening {
  readonly url: string;
  readonly port: number;
  close(): Promise<void>;
}

/** The port is taken by another program. */
export class PortInUseError extends Error {
  override readonly name = "PortInUseError";
  readonly port: number;
  constructor(port: number, options?: ErrorOptions) {
    super(
      `Port ${port} is in use, perhaps by an OrderBell that still runs. Stop it, or choose another port with --port.`,
      options,
    );
    this.port = port;
  }
}

const HOST = "127.0.0.1";

/** The limits of Kestrel, the web server of the Functions host (KestrelServerLimits of dotnet/aspnetcore). */
const LIMITS = { maxHeaderSize: 32 * 1024, headersTimeout: 30_000, keepAliveTimeout: 130_000 };

/** Serves `app` on `port` (0: any free one); throws PortInUseError. */
export async function listen(app: Hono, port: number): Promise<Listening> {
  const server = createAdaptorServer({
    fetch: (request, env) => app.fetch(toStandardRequest(request), env),
    // The app's own code must see Node's Request, not the server's.
    overrideGlobalObjects: false,
    serverOptions: LIMITS,
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) => {
      reject(error.code === "EADDRINUSE" ? new PortInUseError(port, { cause: error }) : error);
    });
    server.listen(port, HOST, resolve);
  });
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("The server has no TCP address.");
  return {
    url: `http://${HOST}:${address.port}`,
    port: address.port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        if ("closeAllConnections" in server) server.closeAllConnections();
      }),
  };
}

/** The server's own Request is a look-alike that Node's constructor does not take; everything behind gets a real one. */
function toStandardRequest(request: Request): Request {
  const { method, headers, signal, url } = request;
  const hasBody = method !== "GET" && method !== "HEAD";
  return new Request(url, {
    method,
    headers,
    signal,
    ...(hasBody ? { body: request.body, duplex: "half" } : {}),
  });
}
