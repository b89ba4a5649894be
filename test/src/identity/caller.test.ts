import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ForbiddenError, NotSignedInError, PlatformAuthOffError } from "../../../src/domain/errors.ts";
import { requireRole, toCaller } from "../../../src/identity/caller.ts";

const ROLE_TYPE = "http://schemas.microsoft.com/ws/2008/06/identity/claims/role";

function toHeaders(userId: string, principal: unknown): Headers {
  return new Headers({
    "x-ms-client-principal-id": userId,
    "x-ms-client-principal": Buffer.from(JSON.stringify(principal)).toString("base64"),
  });
}

describe("toCaller", () => {
  it("takes the user id from the platform's header, and the roles it knows from either kind of role claim", () => {
    const claims = [
      { typ: "roles", val: "OrderBell.Admin" },
      { typ: ROLE_TYPE, val: "OrderBell.Auditor" },
      { typ: "roles", val: "Somebody.Else" },
      { typ: "name", val: "OrderBell.Admin" },
    ];
    const caller = toCaller(toHeaders("ada", { auth_typ: "aad", claims, role_typ: ROLE_TYPE }), true);
    expect(caller).toEqual({ userId: "ada", roles: new Set(["OrderBell.Admin", "OrderBell.Auditor"]) });
  });

  it("gives no role to someone whose name or other claims merely spell one", () => {
    const claims = [{ typ: "name", val: "OrderBell.Admin" }];
    const caller = toCaller(toHeaders("ada", { claims, role_typ: ROLE_TYPE }), true);
    expect(() => requireRole(caller, "OrderBell.Admin")).toThrow(ForbiddenError);
  });

  it("believes no header where the platform does not stand before the app", () => {
    expect(() => toCaller(toHeaders("ada", { claims: [] }), false)).toThrow(PlatformAuthOffError);
  });

  it("finds nobody in missing, half or broken headers, whatever they hold", () => {
    const header = fc.option(fc.string().map((text) => text.replaceAll(/[^\x20-\x7e]/g, "")));
    fc.assert(
      fc.property(header, (principal) => {
        const headers = new Headers({ "x-ms-client-principal-id": "ada" });
        if (principal !== null) headers.set("x-ms-client-principal", principal);
        expect(() => toCaller(headers, true)).toThrow(NotSignedInError);
      }),
    );
    const withoutId = toHeaders("ada", { claims: [] });
    withoutId.delete("x-ms-client-principal-id");
    expect(() => toCaller(withoutId, true)).toThrow(NotSignedInError);
  });
});
