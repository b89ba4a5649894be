/** What Salesforce is answered; it retries for 24 hours on anything but the acknowledgement. */

const ENVELOPE_START =
  '<?xml version="1.0" encoding="UTF-8"?>' +
  '<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/"><soapenv:Body>';
const ENVELOPE_END = "</soapenv:Body></soapenv:Envelope>";

/** Says that every notification of the message is durably taken over; Salesforce then forgets them. */
export function toAck(): string {
  const response =
    '<notificationsResponse xmlns="http://soap.sforce.com/2005/09/outbound"><Ack>true</Ack></notificationsResponse>';
  return ENVELOPE_START + response + ENVELOPE_END;
}

/** Says why a message was not taken over: `Client` when its content is at fault, `Server` when we are. */
export function toFault(code: "Client" | "Server", reason: string): string {
  const fault = `<faultcode>soapenv:${code}</faultcode><faultstring>${toXmlText(reason)}</faultstring>`;
  return `${ENVELOPE_START}<soapenv:Fault>${fault}</soapenv:Fault>${ENVELOPE_END}`;
}

// What XML 1.0 cannot hold even escaped: most controls, lone surrogates, U+FFFE and U+FFFF.
const ILLEGAL_IN_XML = /[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/gu;

const ESCAPES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&apos;",
  "\r": "&#13;",
};

function toXmlText(text: string): string {
  return text.replace(ILLEGAL_IN_XML, "").replace(/[&<>"'\r]/g, (c) => ESCAPES[c] ?? "");
}
