/** What is being audited: an order or one orchestration, as typed, pasted or named by the page's address. */

/** What the page shows; `wrong` is an address that names neither. */
export type Subject =
  | { readonly kind: "none" }
  | { readonly kind: "order"; readonly id: string }
  | { readonly kind: "orchestration"; readonly id: string }
  | { readonly kind: "wrong"; readonly text: string; readonly problem: string };

const PAGE = "/app/audit/";
const SUFFIX_DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345";
const EXAMPLES =
  "An order id begins with 801 and has 15 or 18 characters; an orchestration id looks like order-801…-…";

/** Reads what somebody typed or pasted: an order id of 15 or 18 characters, an order's address, an orchestration id. */
export function toSubject(typed: string): Subject {
  const text = findIdInAddress(typed.trim());
  if (text === "") return { kind: "none" };
  if (/^[a-zA-Z0-9]+$/.test(text)) return toOrder(text);
  if (/^(?=.*-)[A-Za-z\d][\w:-]{0,119}$/.test(text)) return { kind: "orchestration", id: text };
  return { kind: "wrong", text, problem: `This is not an id. ${EXAMPLES}.` };
}

/** Reads the query of the page's address. */
export function fromQuery(query: string): Subject {
  const parameters = new URLSearchParams(query);
  return toSubject(parameters.get("orchestration") ?? parameters.get("order") ?? "");
}

/** The address of the page about an order or an orchestration. */
export function toHref(kind: "order" | "orchestration", id: string): string {
  // A colon may stand in a query, and an address that people pass on should be readable.
  return `${PAGE}?${kind}=${encodeURIComponent(id).replaceAll("%3A", ":")}`;
}

/** The address of the page about this subject. */
export function toSubjectHref(subject: Subject): string {
  switch (subject.kind) {
    case "none":
      return PAGE;
    case "wrong":
      return toHref("order", subject.text);
    case "order":
    case "orchestration":
      return toHref(subject.kind, subject.id);
  }
}

function toOrder(text: string): Subject {
  const refuse = (problem: string): Subject => ({ kind: "wrong", text, problem });
  if (!text.startsWith("801")) {
    return refuse(
      `This begins with ${text.slice(0, 3)}, so it is not an order: the id of an order begins with 801.`,
    );
  }
  if (text.length !== 15 && text.length !== 18) {
    const count = text.length === 1 ? "1 character" : `${text.length} characters`;
    return refuse(`An order id has 15 or 18 characters; this one has ${count}.`);
  }
  const short = text.slice(0, 15);
  const id = short + toSuffix(short);
  if (text.length === 15 || text === id) return { kind: "order", id };
  return refuse(
    "The last three characters do not fit the others: a letter was mistyped, or capitals became small. Copy the id again.",
  );
}

/** The last three characters of an 18-character id say which of the first fifteen are capitals, five by five. */
function toSuffix(short: string): string {
  const digits = [0, 5, 10].map((start) => {
    const bits = Array.from(short.slice(start, start + 5), (c, i) => (/[A-Z]/.test(c) ? 2 ** i : 0));
    return SUFFIX_DIGITS.charAt(bits.reduce((sum, bit) => sum + bit, 0));
  });
  return digits.join("");
}

/** The id in an address of this page or of an order in Salesforce; any other text is left as it is. */
function findIdInAddress(text: string): string {
  if (!/^https?:/i.test(text) || !URL.canParse(text)) return text;
  const { pathname, searchParams } = new URL(text);
  const own = searchParams.get("orchestration") ?? searchParams.get("order");
  return own ?? /\/(801[a-zA-Z0-9]{12,15})(?=\/|$)/.exec(pathname)?.[1] ?? text;
}
