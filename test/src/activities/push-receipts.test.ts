import { describe, expect, it } from "vitest";
import { pushReceipts } from "../../../src/activities/push-receipts.ts";
import { createNotifications } from "../../support/inbox.ts";

describe("the echo of receipts", () => {
  it("names every id once, 100 a message, each addressed to the person", () => {
    const ids = createNotifications(1, 250).map(({ id }) => id);
    const { report, messages } = pushReceipts({ userId: "ada", ids, state: "read" });
    expect(report).toEqual({ pushed: 3 });
    expect(messages.map((message) => message.arguments)).toEqual([
      [{ ids: ids.slice(0, 100), state: "read" }],
      [{ ids: ids.slice(100, 200), state: "read" }],
      [{ ids: ids.slice(200), state: "read" }],
    ]);
    expect(messages).toEqual(messages.map((one) => expect.objectContaining({ ...one, userId: "ada" })));
  });

  it("cannot be addressed to nobody, which would be everybody", () => {
    const ids = createNotifications(1, 1).map(({ id }) => id);
    expect(() => pushReceipts({ userId: " ", ids, state: "read" })).toThrow("must name someone");
  });
});
