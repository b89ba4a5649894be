/** A simulated org with its sender, and an endpoint on loopback that remembers what it was sent. */
import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type IncomingHttpHeaders, type ServerResponse } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createMessageSender, type MessageSenderOptions } from "../../../local/salesforce/message-sender.ts";
import type { MessageTiming } from "../../../local/salesforce/message-timing.ts";
import { createOrg, type Org } from "../../../local/salesforce/org.ts";
import { createOrgFaults } from "../../../local/salesforce/org-faults.ts";
import type { OrderDraft } from "../../../local/salesforce/org-record.ts";
import { openState } from "../../../local/state/open-state.ts";
import { parseOutboundMessage, type OutboundMessage } from "../../../src/ingress/outbound-message.ts";

/** The answer that counts. */
export const ACK =
  '<?xml version="1.0" encoding="UTF-8"?><soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/">' +
  '<soapenv:Body><notificationsResponse xmlns="http://soap.sforce.com/2005/09/outbound"><Ack>true</Ack>' +
  "</notificationsResponse></soapenv:Body></soapenv:Envelope>";

/** Milliseconds instead of hours. */
export const FAST: MessageTiming = {
  firstRetryMs: 20,
  longestRetryMs: 80,
  giveUpAfterMs: 60_000,
  batchAfterMs: 5,
  timeoutMs: 10_000,
};

/** One message as it arrived. */
export interface Arrival {
  readonly atMs: number;
  readonly headers: IncomingHttpHeaders;
  readonly xml: string;
  readonly message: OutboundMessage;
}

/** How the endpoint answers a message; `n` counts from 0. */
export type Answer = (response: ServerResponse, n: number, arrival: Arrival) => void;

/** Acknowledges. */
export const acknowledge: Answer = (response) => {
  response.writeHead(200, { "Content-Type": "text/xml" }).end(ACK);
};

/** An endpoint; its answers can be changed. */
export async function startEndpoint(answer: Answer = acknowledge) {
  const arrivals: Arrival[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const xml = Buffer.concat(chunks).toString("utf8");
      const arrival = { atMs: Date.now(), headers: request.headers, xml, message: parseOutboundMessage(xml) };
      arrivals.push(arrival);
      endpoint.answer(response, arrivals.length - 1, arrival);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no TCP address");
  const endpoint = {
    url: `http://127.0.0.1:${address.port}/api/salesforce/outbound-messages?code=local`,
    arrivals,
    answer,
    /** The notifications of all arrivals. */
    notifications: () => arrivals.flatMap(({ message }) => message.notifications),
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return endpoint;
}

/** A folder with an org, whose senders can be replaced as by restarts. */
export function openTestOrg() {
  const folder = mkdtempSync(join(tmpdir(), "orderbell-messages-"));
  const state = openState(folder);
  const faults: ReturnType<typeof createOrgFaults> & { acksLost?: number } = createOrgFaults();
  const openOrg = (now = () => new Date()) => createOrg({ state, now, organizationId: "00D000000000001EAA" });
  const senders: { stop(): Promise<void> }[] = [];
  return {
    org: openOrg(),
    openOrg,
    faults,
    openSender(org: Org, o: Omit<MessageSenderOptions, "org" | "state" | "faults">) {
      const sender = createMessageSender({ org, state, faults, timing: FAST, ...o });
      senders.push(sender);
      return sender;
    },
    async close() {
      for (const sender of senders) await sender.stop();
      await state.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** What the org takes as a new order. */
export function draftOrder(fields: OrderDraft = {}): OrderDraft {
  return { AccountId: "001000000000001AAA", EffectiveDate: "2026-11-22", Status: "Draft", ...fields };
}

/** Resolves when `isTrue` holds. */
export async function until(isTrue: () => boolean, timeoutMs = 10_000): Promise<void> {
  const end = Date.now() + timeoutMs;
  while (!isTrue()) {
    if (Date.now() > end) throw new Error(`not true within ${timeoutMs} ms: ${isTrue.toString()}`);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}
