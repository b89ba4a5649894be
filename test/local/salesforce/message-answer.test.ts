import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { judgeAnswer } from "../../../local/salesforce/message-answer.ts";
import { toAck, toFault } from "../../../src/ingress/outbound-message-answer.ts";

describe("the judgement of an answer", () => {
  it("takes the acknowledgement that OrderBell writes, with status 200 alone", () => {
    expect(judgeAnswer(200, toAck())).toEqual({ acknowledged: true });
    for (const status of [201, 202, 204, 400, 401, 500, 503]) {
      expect(judgeAnswer(status, toAck())).toMatchObject({ acknowledged: false });
    }
  });

  it("shows the reason of a fault that OrderBell writes, cut to 300 characters", () => {
    expect(judgeAnswer(500, toFault("Client", 'Found <a> & "b".'))).toEqual({
      acknowledged: false,
      reason: 'SOAP fault with HTTP status 500: Found <a> & "b".',
    });
    const long = judgeAnswer(500, toFault("Server", "x".repeat(1_000)));
    expect(long.acknowledged ? "" : long.reason).toHaveLength(300);
  });

  it("takes nothing but true", () => {
    for (const text of ["false", "1", "TRUE", "", "truetrue", "<b>true</b>"]) {
      expect(judgeAnswer(200, toAck().replace("true", text))).toMatchObject({ acknowledged: false });
    }
    expect(
      judgeAnswer(200, toAck().replace("<Ack>true</Ack>", "<Ack>true</Ack><Ack>false</Ack>")),
    ).toMatchObject({
      acknowledged: false,
    });
  });

  it("refuses a DOCTYPE and deep nesting quickly", () => {
    expect(judgeAnswer(200, toAck().replace("?>", "?><!DOCTYPE a>"))).toMatchObject({ acknowledged: false });
    expect(judgeAnswer(200, "<a>".repeat(20_000))).toMatchObject({ acknowledged: false });
  });

  it("never takes a damaged acknowledgement", () => {
    const ack = toAck();
    const damage = fc.tuple(fc.nat(ack.length - 1), fc.constantFrom("", "<", ">", "&", "x", "\u0000"));
    fc.assert(
      fc.property(damage, ([at, character]) => {
        const damaged = ack.slice(0, at) + character + ack.slice(at + 1);
        fc.pre(damaged !== ack);
        // What is left may still be one: only a prefix or the declaration was touched, alike in all places or none.
        if (judgeAnswer(200, damaged).acknowledged) {
          expect(damaged).toContain("<Ack>true</Ack>");
          expect(damaged).toContain(
            '<notificationsResponse xmlns="http://soap.sforce.com/2005/09/outbound">',
          );
        }
      }),
      { numRuns: 1_000 },
    );
  });
});
