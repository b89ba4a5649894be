// @ts-check
/**
 * Stands where a service would and counts what it is asked: passes requests on to `targetPort`, or, without one, answers
 * as Azure SignalR Service does to a call of its REST API (202 to a message whether or not anybody is connected, 200 to
 * the rest: learn.microsoft.com/azure/azure-signalr/swagger/signalr-data-plane-rest-v20220601).
 */
import { Agent, createServer, request } from "node:http";

/** @typedef {Record<string, number>} Counts */
/** @typedef {{ method: string, path: string, body: Buffer }} Call */

/**
 * `classify` names what a call counts as, each with how much; `onCall` is told after it was counted.
 * @param {{ targetPort?: number, classify: (call: Call) => Counts, onCall?: (call: Call) => void }} options
 */
export async function startCountingServer({ targetPort, classify, onCall }) {
  /** @type {Counts} */
  const counts = {};
  const agent = new Agent({ keepAlive: true });
  const server = createServer((incoming, answer) => {
    /** @type {Buffer[]} */
    const chunks = [];
    incoming.on("data", (chunk) => chunks.push(chunk));
    incoming.on("error", () => answer.destroy());
    incoming.on("end", () => {
      const body = Buffer.concat(chunks);
      const call = { method: incoming.method ?? "", path: incoming.url ?? "", body };
      for (const [kind, amount] of Object.entries(classify(call)))
        counts[kind] = (counts[kind] ?? 0) + amount;
      onCall?.(call);
      if (targetPort === undefined) answer.writeHead(call.path.includes("/:send") ? 202 : 200).end();
      else forward(incoming, body, answer, targetPort, agent);
    });
  });
  await new Promise((resolve) => {
    server.listen(0, "127.0.0.1", () => resolve(undefined));
  });
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("The server has no TCP address.");
  return {
    port: address.port,
    /** What was counted so far. */
    read: () => ({ ...counts }),
    async close() {
      agent.destroy();
      server.closeAllConnections();
      await new Promise((resolve) => {
        server.close(() => resolve(undefined));
      });
    },
  };
}

/**
 * @param {import("node:http").IncomingMessage} incoming
 * @param {Buffer} body
 * @param {import("node:http").ServerResponse} answer
 * @param {number} port
 * @param {Agent} agent
 */
function forward({ method, url, headers }, body, answer, port, agent) {
  const outgoing = request({ host: "127.0.0.1", port, method, path: url, headers, agent }, (response) => {
    answer.writeHead(response.statusCode ?? 500, response.headers);
    response.pipe(answer);
  });
  outgoing.once("error", () => answer.destroy());
  outgoing.end(body);
}

/**
 * A call to Table storage by kind and table. A transaction counts once, as it is billed. Making a table is left out: it
 * happens once in its life.
 * @param {Call} call
 * @returns {Counts}
 */
export function classifyTableCall({ method, path, body }) {
  const [, account = "", resource = ""] = /^\/([^/]+)\/([^?]*)/u.exec(path) ?? [];
  const table = decodeURIComponent(resource).split("(")[0] ?? "";
  if (table === "$batch") {
    const named = new RegExp(`/${account}/([A-Za-z0-9]+)`, "u").exec(body.toString("latin1", 0, 4_096));
    return { [`transaction ${named?.[1] ?? "unknown"}`]: 1 };
  }
  if (table === "Tables") return {};
  switch (method) {
    case "GET":
      return { [`${resource.includes("RowKey") ? "point read" : "query page"} ${table}`]: 1 };
    case "POST":
      return { [`insert ${table}`]: 1 };
    default:
      return { [`${method === "DELETE" ? "delete" : "upsert or update"} ${table}`]: 1 };
  }
}

/** Messages larger than 2 KB are billed as several (learn.microsoft.com/azure/azure-signalr/signalr-concept-messages-and-connections). */
const UNIT_BYTES = 2_048;

/**
 * A call to SignalR's REST API, and the units of what each open connection behind it is sent: the frame of the JSON hub
 * protocol with its record separator (dotnet/aspnetcore, HubProtocol.md).
 * @param {Call} call
 * @returns {Counts}
 */
export function classifySignalRCall({ path, body }) {
  if (!path.includes("/:send")) return { "group action": 1 };
  const { Target, Arguments } = JSON.parse(body.toString("utf8"));
  const frame = JSON.stringify({ type: 1, target: Target, arguments: Arguments });
  const bytes = Buffer.byteLength(frame) + 1;
  return { send: 1, "units per connection": Math.ceil(bytes / UNIT_BYTES), bytes };
}
