/** App Service principal → Caller: the only place where a user id comes from. */
import { z } from "zod";
import { NotSignedInError, ForbiddenError, PlatformAuthOffError } from "../domain/errors.ts";
import { principalIdSchema } from "../domain/subscription.ts";

/** App roles of the identity provider that OrderBell knows. */
export const roleSchema = z.enum(["OrderBell.Admin", "OrderBell.Auditor"]);

export type Role = z.infer<typeof roleSchema>;

/** Who sent a request. */
export type Caller = { userId: string; roles: ReadonlySet<Role> };

const principalSchema = z.object({
  claims: z.array(z.object({ typ: z.string(), val: z.string() })).default([]),
  role_typ: z.string().nullish(),
});

/**
 * Reads who is signed in from the headers that App Service Authentication sets (it removes any that a client sent).
 * Throws PlatformAuthOffError where it does not stand before the app, and NotSignedInError without a principal.
 */
export function toCaller(headers: { get(name: string): string | null }, platformAuthOn: boolean): Caller {
  if (!platformAuthOn) throw new PlatformAuthOffError();
  const userId = principalIdSchema.safeParse(headers.get("x-ms-client-principal-id"));
  const principal = principalSchema.safeParse(parseBase64Json(headers.get("x-ms-client-principal")));
  if (!userId.success || !principal.success) throw new NotSignedInError();
  const { claims, role_typ: roleType } = principal.data;
  const roles = claims
    .filter(({ typ }) => typ === "roles" || typ === roleType)
    .flatMap(({ val }) => roleSchema.safeParse(val).data ?? []);
  return { userId: userId.data, roles: new Set(roles) };
}

/** Throws ForbiddenError unless the caller has the role. */
export function requireRole(caller: Caller, role: Role): void {
  if (!caller.roles.has(role)) throw new ForbiddenError(`This needs the role ${role}.`);
}

function parseBase64Json(text: string | null): unknown {
  if (text === null) return undefined;
  try {
    return JSON.parse(Buffer.from(text, "base64").toString("utf8"));
  } catch {
    return undefined;
  }
}
