/**
 * The bytes of a request become text before anything reads them as XML.
 *
 * Salesforce posts SOAP 1.1 as `Content-Type: text/xml; charset=UTF-8`. `application/xml` is the same document by its
 * other registered name (RFC 7303) and some gateways rewrite to it; `application/soap+xml` is SOAP 1.2, which
 * Salesforce does not send, so it is refused rather than half understood.
 */
import { OutboundMessageError } from "./outbound-message-error.ts";
import { quote } from "./quote.ts";

/** The largest body that is read, in bytes: room for 100 notifications of 60 KB each. */
export const LARGEST_BODY_BYTES = 6 * 1024 * 1024;

const XML_TYPES: readonly string[] = ["text/xml", "application/xml"];

/** Turns the body of an outbound message into text; throws `OutboundMessageError` for a wrong type, size or encoding. */
export function decodeBody(bytes: Uint8Array, contentType: string | null): string {
  checkContentType(contentType);
  if (bytes.byteLength > LARGEST_BODY_BYTES) {
    throw new OutboundMessageError(
      "tooLarge",
      `The body has ${bytes.byteLength} bytes; at most ${LARGEST_BODY_BYTES} are read.`,
    );
  }
  try {
    return withoutSecondMark(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch (cause) {
    // TextDecoder throws a TypeError for malformed bytes and nothing else.
    if (!(cause instanceof TypeError)) throw cause;
    throw new OutboundMessageError("notUtf8", "The body holds bytes that are not UTF-8.");
  }
}

/** The decoder drops one byte order mark, and the XML parser would drop another; text does not begin with one. */
function withoutSecondMark(text: string): string {
  if (!text.startsWith("\uFEFF")) return text;
  throw new OutboundMessageError("notXml", "The body begins with two byte order marks.");
}

function checkContentType(contentType: string | null): void {
  const [type = "", ...parameters] = (contentType ?? "").split(";").map((part) => part.trim());
  if (!XML_TYPES.includes(type.toLowerCase())) {
    const found = contentType === null ? "missing" : quote(contentType);
    throw new OutboundMessageError(
      "unknownContentType",
      `The Content-Type is ${found}; expected text/xml or application/xml with charset utf-8.`,
    );
  }
  for (const parameter of parameters) {
    const [name = "", value = ""] = parameter.split("=", 2).map((part) => part.trim().toLowerCase());
    if (name === "charset" && value.replace(/^"(.*)"$/, "$1") !== "utf-8") {
      throw new OutboundMessageError("unknownEncoding", `The charset is ${quote(value)}; expected utf-8.`);
    }
  }
}
