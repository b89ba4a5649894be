/** A loopback server that answers as a test says and remembers what it was asked. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

/** One request as it came in. */
export interface Asked {
  method: string;
  path: string;
  authorization: string | undefined;
  body: string;
}

/** What comes back: JSON unless `text`; `hangs` never answers, `breaksOff` ends in the middle of the body. */
export interface Answer {
  status?: number;
  json?: unknown;
  text?: string;
  headers?: Record<string, string>;
  hangs?: boolean;
  breaksOff?: boolean;
}

export interface Answering {
  url: string;
  asked: Asked[];
  /** What is answered from now on. */
  answer: (asked: Asked) => Answer;
  close(): Promise<void>;
}

/** Starts it on a free port. */
export async function startAnswering(answer: (asked: Asked) => Answer): Promise<Answering> {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const asked = {
        method: request.method ?? "",
        path: request.url ?? "",
        authorization: request.headers.authorization,
        body: Buffer.concat(chunks).toString(),
      };
      answering.asked.push(asked);
      const { status = 200, json, text, headers = {}, hangs, breaksOff } = answering.answer(asked);
      if (hangs) return;
      const type = text === undefined ? "application/json;charset=UTF-8" : "text/plain";
      const body = text ?? JSON.stringify(json ?? {});
      response.writeHead(status, {
        "content-type": type,
        "content-length": String(Buffer.byteLength(body) + (breaksOff ? 10 : 0)),
        ...headers,
      });
      if (breaksOff) response.write(body, () => response.destroy());
      else response.end(body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const answering: Answering = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked: [],
    answer,
    close: () =>
      new Promise((resolve, reject) => {
        server.close((error) => (error ? reject(error) : resolve()));
        server.closeAllConnections();
      }),
  };
  return answering;
}
