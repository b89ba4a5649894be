/** Who is signed in, kept in a signed cookie with App Service's name. */
import type { Context } from "hono";
import { deleteCookie, getCookie, setCookie } from "hono/cookie";
import { jwtVerify, SignJWT } from "jose";
import { z } from "zod";

const COOKIE = "AppServiceAuthSession";
const COOKIE_OPTIONS = { httpOnly: true, sameSite: "Lax", path: "/" } as const;
const LIFETIME_S = 8 * 60 * 60;

const plainText = z
  .string()
  .trim()
  .min(1)
  .regex(/^[^\p{Cc}\p{Cs}]*$/u, "no control characters");

/**
 * A person as the sign-in form and `POST /.auth/login/local` accept them. User ids travel in a header, and how
 * App Service would encode other characters there is not documented: they are printable ASCII, so that the header
 * and the claim always say the same. The limits keep the cookie below the 4,096 bytes that browsers take.
 */
export const signInSchema = z
  .object({
    userId: plainText.max(256).regex(/^[\x20-\x7e]*$/, "printable ASCII characters only"),
    name: plainText.max(128).optional(),
    roles: z.array(plainText.max(64)).max(16).default([]),
  })
  .transform(({ userId, name = userId.slice(0, 128), roles }) => ({ userId, name, roles }));

const tokenSchema = z
  .object({
    sub: z.string(),
    name: z.string(),
    roles: z.array(z.string()),
    provider: z.string(),
    exp: z.number(),
  })
  .transform(({ sub, exp, ...rest }) => ({ userId: sub, expiresAt: new Date(exp * 1000), ...rest }));

/** A signed-in person. */
export interface Session {
  readonly userId: string;
  readonly name: string;
  readonly roles: readonly string[];
  /** As in `/.auth/login/<provider>`. */
  readonly provider: string;
  readonly expiresAt: Date;
}

/** Signs a session and puts it into the answer's cookie. */
export async function startSession(
  c: Context,
  key: Uint8Array,
  session: Omit<Session, "expiresAt">,
): Promise<void> {
  const { userId, name, roles, provider } = session;
  const token = await new SignJWT({ name, roles, provider })
    .setProtectedHeader({ alg: "HS256" })
    .setSubject(userId)
    .setIssuedAt()
    .setExpirationTime(`${LIFETIME_S}s`)
    .sign(key);
  setCookie(c, COOKIE, token, { ...COOKIE_OPTIONS, maxAge: LIFETIME_S });
}

/** The session of a request; undefined when there is none, it has expired, or it was not signed with `key`. */
export async function readSession(c: Context, key: Uint8Array): Promise<Session | undefined> {
  const token = getCookie(c, COOKIE);
  if (token === undefined || !isCanonical(token)) return undefined;
  try {
    const { payload } = await jwtVerify(token, key, { algorithms: ["HS256"] });
    return tokenSchema.parse(payload);
  } catch {
    return undefined; // a forged, foreign or expired cookie is no session, as on App Service
  }
}

/** RFC 7515 §2: base64url without padding; decoders let several spellings of one signature pass, and only one was given out. */
function isCanonical(token: string): boolean {
  const signature = /^[\w-]+\.[\w-]+\.([\w-]+)$/.exec(token)?.[1];
  return signature !== undefined && Buffer.from(signature, "base64url").toString("base64url") === signature;
}

/** Removes the session cookie. */
export function endSession(c: Context): void {
  deleteCookie(c, COOKIE, COOKIE_OPTIONS);
}
