import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { toLoginError } from "../../../src/ingress/to-login-error.ts";
import { toAnswerError, toNetworkError } from "../../../src/ingress/to-salesforce-error.ts";

const JSON_TYPE = "application/json;charset=UTF-8";

function rest(status: number, errorCode: string, message = "…") {
  return { status, contentType: JSON_TYPE, body: JSON.stringify([{ message, errorCode }]) };
}

function refusal(error: string, description: string, status = 400) {
  return {
    status,
    contentType: JSON_TYPE,
    body: JSON.stringify({ error, error_description: description }),
  };
}

describe("toAnswerError", () => {
  it.each([
    [401, "INVALID_SESSION_ID", "sessionRefused", true],
    [401, "INVALID_AUTH_HEADER", "sessionRefused", true],
    [403, "INVALID_SESSION_ID", "sessionRefused", true],
    [403, "REQUEST_LIMIT_EXCEEDED", "apiLimitReached", true],
    [429, "TOO_MANY", "apiLimitReached", true],
    [400, "INVALID_FIELD", "invalidField", false],
    [400, "MALFORMED_QUERY", "queryRefused", false],
    [400, "INVALID_TYPE", "queryRefused", false],
    [400, "INVALID_QUERY_LOCATOR", "locatorExpired", true],
    [400, "QUERY_TIMEOUT", "timeout", true],
    [400, "constructor", "queryRefused", false],
    [403, "API_DISABLED_FOR_ORG", "queryRefused", false],
    [404, "NOT_FOUND", "queryRefused", false],
    [500, "UNKNOWN_EXCEPTION", "maintenance", true],
    [503, "SERVER_UNAVAILABLE", "maintenance", true],
  ] as const)("takes %i %s for %s", (status, code, problem, retryable) => {
    expect(toAnswerError(rest(status, code))).toMatchObject({ problem, retryable, status });
  });

  it.each([
    "\nSELECT Id,Foo__c FROM Order\n          ^\nERROR at Row:1:Column:11\nNo such column 'Foo__c' on entity 'Order'. If you …",
    "No such column 'Foo__c' on sobject of type Order",
    "field 'Foo__c' can not be filtered in a query call",
  ])("names the field of %j", (message) => {
    expect(toAnswerError(rest(400, "INVALID_FIELD", message))?.message).toMatch(
      /^Salesforce does not know the order field Foo__c, or hides it/,
    );
  });

  it("says the code and the last line of a refused query, without the query", () => {
    const message = toAnswerError(
      rest(400, "MALFORMED_QUERY", "\nSELECT Secret__c FROM\n  ^\nERROR at Row:1\nunexpected token: 'x'"),
    )?.message;
    expect(message).toContain("MALFORMED_QUERY: unexpected token: 'x'");
    expect(message).not.toContain("Secret__c");
  });

  it.each([
    [200, "text/html;charset=UTF-8", "We are down"],
    [200, "", "\n <!DOCTYPE html><title>Maintenance"],
    [404, "text/plain", "<html lang=en>"],
    [401, "text/html", "…"],
  ])("takes a web page (%i, %j) for maintenance", (status, contentType, body) => {
    expect(toAnswerError({ status, contentType, body })).toMatchObject({ problem: "maintenance", status });
  });

  it("lets a success pass, also one whose texts hold tags", () => {
    expect(toAnswerError({ status: 200, contentType: JSON_TYPE, body: '{"a":"<html>"}' })).toBeUndefined();
    expect(toAnswerError({ status: 204, contentType: "", body: "" })).toBeUndefined();
  });

  it("has a short sentence for whatever comes, and repeats no long secret", () => {
    const secret = "00D000000000001!AQEAQMz0token.that_is_long";
    const text = fc.oneof(fc.string(), fc.constant(secret), fc.constant(`bad ${secret}`));
    fc.assert(
      fc.property(fc.integer({ min: 400, max: 599 }), text, text, fc.boolean(), (status, a, b, isJson) => {
        const body = isJson ? JSON.stringify([{ errorCode: a, message: b }]) : a;
        for (const error of [
          toAnswerError({ status, contentType: JSON_TYPE, body }),
          toLoginError({ status, contentType: JSON_TYPE, body }),
          toLoginError(refusal(a, b, status)),
        ]) {
          expect(error?.message).toMatch(/^(?:Salesforce|The organisation) .+\.$/s);
          expect(error?.message.length).toBeLessThan(400);
          expect(error?.message).not.toContain(secret);
        }
      }),
    );
  });
});

describe("toLoginError", () => {
  it.each([
    ["invalid_client", "invalid client credentials", "SALESFORCE_CLIENT_SECRET"],
    ["invalid_client_id", "client identifier invalid", "SALESFORCE_CLIENT_ID"],
    ["invalid_grant", "user hasn't approved this consumer", "Pre-authorise"],
    ["invalid_app_access", "user is not admin approved to access this app", "Pre-authorise"],
    ["invalid_grant", "inactive user", "Activate the user"],
    ["inactive_user", "", "Activate the user"],
    ["invalid_grant", "audience is invalid", "SALESFORCE_LOGIN_URL"],
    ["invalid_grant", "Audience validation failed", "SALESFORCE_LOGIN_URL"],
    ["invalid_grant", "request not supported on this domain", "My Domain"],
    ["invalid_grant", "no client credentials user enabled", "user it runs as"],
    ["invalid_grant", "client credentials flow not enabled", "Enable the client credentials flow"],
    ["invalid_grant", "invalid assertion", "SALESFORCE_JWT_PRIVATE_KEY"],
    ["invalid_grant", "ip restricted", "addresses and hours"],
    ["invalid_grant", "authentication failure", "key or secret"],
    ["unsupported_grant_type", "grant type not supported", "external client app"],
  ])("explains %s: %s", (error, description, advice) => {
    const refused = toLoginError(refusal(error, description));
    expect(refused).toMatchObject({ problem: "loginRefused", retryable: false, status: 400 });
    expect(refused?.message).toContain(advice);
    expect(refused?.message).toContain(error);
  });

  it.each([
    ["unknown_error", "retry your request", "maintenance"],
    ["server_error", "", "maintenance"],
    ["rate_limit_exceeded", "", "apiLimitReached"],
    ["invalid_grant", "login rate exceeded", "apiLimitReached"],
  ])("takes %s: %s for %s, which a later run may overcome", (error, description, problem) => {
    expect(toLoginError(refusal(error, description))).toMatchObject({ problem, retryable: true });
  });
});

describe("toNetworkError", () => {
  it.each([
    [{ name: "AbortError" }, "timeout", "in time"],
    [{ name: "FetchError", code: "ETIMEDOUT" }, "timeout", "in time"],
    [{ name: "FetchError", code: "ENOTFOUND" }, "unreachable", "SALESFORCE_LOGIN_URL"],
    [{ name: "FetchError", code: "ECONNREFUSED" }, "unreachable", "NO_PROXY has no effect"],
    [{ name: "FetchError", code: "DEPTH_ZERO_SELF_SIGNED_CERT" }, "unreachable", "not trusted"],
    [new TypeError("x"), "unreachable", "network"],
    ["thrown text", "unreachable", "network"],
  ])("takes %o for %s", (error, problem, advice) => {
    const failed = toNetworkError(error);
    expect(failed).toMatchObject({ problem, retryable: true });
    expect(failed.message).toContain(advice);
  });
});
