/** JSON Web Tokens as forgers make them, with no library that would refuse to. */
import { createHmac, createSign, generateKeyPairSync } from "node:crypto";

const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");

/** The three parts of a token. */
export function splitToken(token: string): { header: string; payload: string; signature: string } {
  const [header = "", payload = "", signature = ""] = token.split(".");
  return { header, payload, signature };
}

/** What a token claims, unchecked. */
export function readClaims(token: string): Record<string, unknown> {
  const claims: unknown = JSON.parse(Buffer.from(splitToken(token).payload, "base64url").toString("utf8"));
  if (typeof claims !== "object" || claims === null) throw new Error("the payload is no object");
  return { ...claims };
}

/** A token of these parts without a signature. */
export function toUnsigned(header: object, claims: object): string {
  return `${encode(header)}.${encode(claims)}.`;
}

/** The same token with other claims and the old signature. */
export function withClaims(token: string, claims: object): string {
  const { header, payload, signature } = splitToken(token);
  const told: unknown = JSON.parse(Buffer.from(payload, "base64url").toString("utf8"));
  return `${header}.${encode({ ...Object(told), ...claims })}.${signature}`;
}

/** Signed with a shared secret; `header` may say anything. */
export function signHmac(
  claims: object,
  secret: string,
  header: object = { alg: "HS256", typ: "JWT" },
): string {
  const text = `${encode(header)}.${encode(claims)}`;
  const hash = JSON.stringify(header).includes("HS512") ? "sha512" : "sha256";
  return `${text}.${createHmac(hash, secret).update(text).digest("base64url")}`;
}

/** Signed with an RSA key of the forger's own, which the header brings along. */
export function signWithOwnRsaKey(claims: object): string {
  const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const text = `${encode({ alg: "RS256", typ: "JWT", jwk: publicKey.export({ format: "jwk" }) })}.${encode(claims)}`;
  return `${text}.${createSign("RSA-SHA256").update(text).sign(privateKey, "base64url")}`;
}

/** The same bytes of the signature in another spelling: base64url leaves bits of the last character unused. */
export function respellSignature(token: string): string {
  const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  const last = alphabet.indexOf(token.at(-1) ?? "A");
  return token.slice(0, -1) + alphabet[last ^ 1];
}
