/** Requests as no browser and no fetch would send them: the path as it is written, headers doubled and in any spelling. */
import { request } from "node:http";

/** A header as it goes over the wire; a name may occur more than once. */
export type RawHeader = readonly [name: string, value: string];

/** What was answered. */
export interface RawAnswer {
  status: number;
  text: string;
}

/** Sends one request to `url`, of which only host and port count. */
export function sendRaw(
  url: string,
  o: { method?: string; path: string; headers?: readonly RawHeader[]; body?: string },
): Promise<RawAnswer> {
  const { hostname, port, host } = new URL(url);
  const given = o.headers ?? [];
  const own: RawHeader[] = given.some(([name]) => name.toLowerCase() === "host") ? [] : [["Host", host]];
  const length: RawHeader[] =
    o.body === undefined ? [] : [["Content-Length", `${Buffer.byteLength(o.body)}`]];
  const headers = [...own, ...length, ...given].flat();
  return new Promise((resolve, reject) => {
    const sent = request(
      { hostname, port, method: o.method ?? "GET", path: o.path, headers, agent: false },
      (response) => {
        const chunks: Buffer[] = [];
        response.on("data", (chunk: Buffer) => chunks.push(chunk));
        response.on("error", reject);
        response.on("end", () =>
          resolve({ status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString("utf8") }),
        );
      },
    );
    sent.on("error", reject);
    sent.end(o.body);
  });
}
