/** A server on this machine that answers the command line as the app would, and remembers what it was asked. */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { once } from "node:events";
import { afterAll } from "vitest";

export type AskedRequest = { method: string; path: string; authorization: string | undefined; body: string };
export type Answer = { status: number; body?: unknown; headers?: Record<string, string> };

/** Starts it for one test file; `answer` may be replaced by each test. */
export async function answerAsApp() {
  const app = {
    url: "",
    asked: [] as AskedRequest[],
    answer: (_: AskedRequest): Answer => ({ status: 404 }),
  };
  const server = createServer((request, response) => {
    void answerOne(request, response);
  });
  const answerOne = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await readBody(request);
    const { method = "", url: path = "", headers } = request;
    const asked = { method, path, authorization: headers.authorization, body };
    app.asked.push(asked);
    const { status, body: content, headers: more } = app.answer(asked);
    response.writeHead(status, more);
    response.end(typeof content === "string" ? content : JSON.stringify(content));
  };
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("The server has no port.");
  app.url = `http://127.0.0.1:${address.port}`;
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });
  return app;
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString("utf8");
}
