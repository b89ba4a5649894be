/**
 * Posts one outbound message as Salesforce does.
 *
 * Headers: Content-Type and SOAPAction as captured in amp-labs/connectors#3419, User-Agent as in captured requests
 * (Jakarta Commons HttpClient). Redirects are not followed. Each message has a connection of its own.
 */
import { request } from "node:http";
import { judgeAnswer, type MessageVerdict } from "./message-answer.ts";

interface PostedAnswer {
  readonly status: number;
  readonly body: string;
}

/** An acknowledgement has 300 bytes; of a longer answer only this much is read. */
const MOST_ANSWER_BYTES = 64 * 1024;

/** Sends a message and judges the answer; no answer within `timeoutMs`, or before `stopping`, is a failure, too. */
export async function exchangeMessage(
  endpoint: string,
  xml: string,
  timeoutMs: number,
  stopping: AbortSignal,
): Promise<MessageVerdict> {
  const ending = new AbortController();
  const stop = () => ending.abort(stopping.reason);
  const timeout = setTimeout(
    () => ending.abort(new Error(`No answer within ${timeoutMs / 1_000} s`)),
    timeoutMs,
  );
  stopping.addEventListener("abort", stop);
  try {
    const { status, body } = await postMessage(endpoint, xml, ending.signal);
    return judgeAnswer(status, body);
  } catch (error) {
    return { acknowledged: false, reason: toError(error).message };
  } finally {
    clearTimeout(timeout);
    stopping.removeEventListener("abort", stop);
  }
}

/** Rejects when there is no whole answer; once `signal` is aborted, with its reason. */
function postMessage(endpoint: string, xml: string, signal: AbortSignal): Promise<PostedAnswer> {
  return new Promise((resolve, reject) => {
    const body = Buffer.from(xml, "utf8");
    const fail = (error: unknown) => reject(toError(signal.aborted ? signal.reason : error));
    const sent = request(endpoint, {
      method: "POST",
      agent: false,
      signal,
      headers: {
        "Content-Type": "text/xml; charset=UTF-8",
        SOAPAction: '""',
        "User-Agent": "Jakarta Commons-HttpClient/3.1",
        "Content-Length": body.length,
      },
    });
    sent.on("error", fail);
    sent.on("response", (response) => {
      const chunks: Buffer[] = [];
      let bytes = 0;
      const finish = () =>
        resolve({ status: response.statusCode ?? 0, body: Buffer.concat(chunks).toString("utf8") });
      response.on("data", (chunk: Buffer) => {
        chunks.push(chunk);
        bytes += chunk.length;
        if (bytes < MOST_ANSWER_BYTES) return;
        finish();
        response.destroy();
      });
      response.on("end", finish);
      response.on("error", fail);
    });
    sent.end(body);
  });
}

function toError(reason: unknown): Error {
  return reason instanceof Error ? reason : new Error(String(reason));
}
