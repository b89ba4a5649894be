/**
 * Reads what an endpoint answers to an outbound message.
 *
 * Source: help.salesforce.com 000381752 ("considered delivered only if" status 200 and `<Ack>true</Ack>` in a
 * notificationsResponse; false is "SOAP response was a nack") and the types of the outbound message WSDL.
 */
import { SaxesParser } from "saxes";

/** What an answer means for all notifications of the message: there is no partial acknowledgement. */
export type MessageVerdict = { acknowledged: true } | { acknowledged: false; reason: string };

const SOAP = "http://schemas.xmlsoap.org/soap/envelope/";
const OUTBOUND = "http://soap.sforce.com/2005/09/outbound";
const ACK_PATH = [
  `{${SOAP}}Envelope`,
  `{${SOAP}}Body`,
  `{${OUTBOUND}}notificationsResponse`,
  `{${OUTBOUND}}Ack`,
].join();
const FAULT_PATH = [`{${SOAP}}Envelope`, `{${SOAP}}Body`, `{${SOAP}}Fault`, `{}faultstring`].join();
/** An answer has four levels; the parser's time is quadratic in depth. */
const DEEPEST = 16;
const LONGEST_REASON = 300;

/** Judges the answer; everything but the exact acknowledgement is a failure, with the reason that the page shows. */
export function judgeAnswer(status: number, body: string): MessageVerdict {
  const answer = readAnswer(body);
  if (status === 200 && answer.ack === "true") return { acknowledged: true };
  return { acknowledged: false, reason: toReason(status, answer).slice(0, LONGEST_REASON) };
}

interface Answer {
  ack: string | null;
  faultString: string | null;
  /** Why the body is not well-formed; null when it is. */
  problem: string | null;
}

function toReason(status: number, { ack, faultString, problem }: Answer): string {
  if (faultString !== null) return `SOAP fault with HTTP status ${status}: ${faultString}`;
  if (status >= 300 && status < 400) return `HTTP status ${status}: redirects are not followed`;
  if (status !== 200) return `HTTP status ${status}`;
  if (problem !== null) return `The answer is not SOAP: ${problem}`;
  return ack === null ? "The answer has no Ack in a notificationsResponse" : "SOAP response was a nack";
}

function readAnswer(body: string): Answer {
  const answer: Answer = { ack: null, faultString: null, problem: null };
  const path: string[] = [];
  const parser = new SaxesParser({ xmlns: true });
  const append = (text: string) => {
    const at = path.join();
    if (at === ACK_PATH) answer.ack = (answer.ack ?? "") + text;
    if (at === FAULT_PATH) answer.faultString = (answer.faultString ?? "") + text;
  };
  parser.on("error", (error) => {
    throw error;
  });
  parser.on("doctype", () => {
    throw new Error("it has a DOCTYPE, which SOAP forbids");
  });
  parser.on("opentag", (tag) => {
    if (path.length >= DEEPEST) throw new Error(`nested deeper than ${DEEPEST}`);
    path.push(`{${tag.uri}}${tag.local}`);
  });
  parser.on("closetag", () => path.pop());
  parser.on("text", append);
  parser.on("cdata", append);
  try {
    parser.write(body).close();
  } catch (error) {
    return { ack: null, faultString: null, problem: error instanceof Error ? error.message : String(error) };
  }
  return { ...answer, ack: answer.ack?.trim() ?? null };
}
