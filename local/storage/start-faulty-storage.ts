/**
 * Stands between the app and Azurite and makes storage as bad as a network can: slow, refusing, or answering an error
 * after the work was done. The refusal is the table service's documented one: 503 with the code ServerBusy
 * (learn.microsoft.com/rest/api/storageservices/table-service-error-codes), which clients retry.
 */
import { createServer, request, type IncomingMessage, type ServerResponse } from "node:http";
import { setTimeout as delay } from "node:timers/promises";

/** What goes wrong, and how often. */
export interface StorageFaults {
  /** Every request waits this long first (ms). */
  readonly delayMs?: number;
  /** Share (0 to 1) of the requests that fail: half of them untouched, half after they took effect. */
  readonly errors?: number;
}

/** A running proxy. */
export interface FaultyStorage {
  readonly port: number;
  close(): Promise<void>;
}

/** Starts the proxy before the table service on `targetPort`; `random` decides, so that a run can be repeated. */
export async function startFaultyStorage(o: {
  targetPort: number;
  faults: StorageFaults;
  random?: () => number;
}): Promise<FaultyStorage> {
  const { targetPort, faults, random = Math.random } = o;
  const server = createServer((incoming, answer) => {
    const fails = random() < (faults.errors ?? 0);
    const isApplied = !fails || random() < 0.5;
    answerRequest({ incoming, answer, targetPort, delayMs: faults.delayMs ?? 0, fails, isApplied }).catch(
      () => answer.destroy(),
    );
  });
  const port = await new Promise<number>((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      resolve(typeof address === "object" && address !== null ? address.port : 0);
    });
  });
  return {
    port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

interface Exchange {
  incoming: IncomingMessage;
  answer: ServerResponse;
  targetPort: number;
  delayMs: number;
  fails: boolean;
  isApplied: boolean;
}

async function answerRequest({
  incoming,
  answer,
  targetPort,
  delayMs,
  fails,
  isApplied,
}: Exchange): Promise<void> {
  const body = await readAll(incoming);
  if (delayMs > 0) await delay(delayMs);
  if (isApplied) {
    const { response, text } = await forward(incoming, body, targetPort);
    if (!fails) {
      answer.writeHead(response.statusCode ?? 500, response.headers).end(text);
      return;
    }
  }
  const error = {
    "odata.error": { code: "ServerBusy", message: { lang: "en-US", value: "Injected fault." } },
  };
  answer.writeHead(503, { "content-type": "application/json" }).end(JSON.stringify(error));
}

function forward(incoming: IncomingMessage, body: Buffer, port: number) {
  return new Promise<{ response: IncomingMessage; text: Buffer }>((resolve, reject) => {
    const { method, url, headers } = incoming;
    const outgoing = request({ host: "127.0.0.1", port, method, path: url, headers }, (response) => {
      readAll(response).then((text) => resolve({ response, text }), reject);
    });
    outgoing.once("error", reject).end(body);
  });
}

async function readAll(stream: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks);
}
