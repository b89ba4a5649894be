import { describe, expect, it } from "vitest";
import { createPushDigests } from "../../../src/activities/push-digests.ts";
import { toNotificationId } from "../../../src/domain/notification-id.ts";
import { openInboxTable } from "../../../src/storage/inbox-table.ts";
import { claimStorage } from "../../support/claim-storage.ts";

const inbox = openInboxTable(claimStorage());
const pushDigests = createPushDigests({ inbox });
const SINCE = "2026-11-21T22:00:00.000Z";
let stored = 0;

/** Stores one notification decided at each of these times; answers their ids. */
async function store(userId: string, ...times: string[]): Promise<string[]> {
  const rows = times.map((createdAt) => {
    stored += 1;
    const id = toNotificationId(createdAt, String(stored).padStart(22, "-"));
    const target = { kind: "user" as const, userId };
    const text = { title: "Order 1 was created", body: "", orderId: "801000000000001AAA", link: null };
    const notification = { id, createdAt, ...text, transition: "created" as const };
    return {
      target,
      notification: { ...notification, priority: "normal" as const, reasons: [{ scope: "all" }] },
    };
  });
  await inbox.store(rows, "order-1");
  return rows.map(({ notification }) => notification.id);
}

const push = (...userIds: string[]) =>
  pushDigests({
    dueMinute: "2026-11-22T07:00",
    digests: userIds.map((userId) => ({ userId, since: SINCE, etag: "*" })),
  });

describe("pushDigests", () => {
  it("counts what came while it was quiet, both ends included, and nothing else", async () => {
    await store("ada", "2026-11-21T21:59:59.999Z", SINCE, "2026-11-22T03:00:00.000Z");
    await store("ada", "2026-11-22T07:00:00.000Z", "2026-11-22T07:00:00.001Z");
    expect(await push("ada")).toEqual({
      report: { pushed: 1, skipped: 0 },
      messages: [{ userId: "ada", target: "digest", arguments: [{ count: 3, since: SINCE }] }],
    });
  });

  it("leaves out what was seen meanwhile, and tells nothing to who has seen it all", async () => {
    const [first] = await store("grace", "2026-11-22T01:00:00.000Z", "2026-11-22T02:00:00.000Z");
    const [only] = await store("linus", "2026-11-22T01:00:00.000Z");
    await inbox.recordReceipts("grace", new Map([[String(first), ["received", "seen"]]]), SINCE);
    await inbox.recordReceipts("linus", new Map([[String(only), ["received", "seen", "read"]]]), SINCE);
    const { report, messages } = await push("grace", "linus");
    expect(report).toEqual({ pushed: 1, skipped: 1 });
    expect(messages).toMatchObject([{ userId: "grace", arguments: [{ count: 1 }] }]);
  });

  it("counts what a device received but nobody saw", async () => {
    const [id] = await store("mary", "2026-11-22T01:00:00.000Z");
    await inbox.recordReceipts("mary", new Map([[String(id), ["received"]]]), SINCE);
    expect((await push("mary")).messages).toMatchObject([{ arguments: [{ count: 1 }] }]);
  });

  it("says 99 for 99 and for more", async () => {
    await store("joan", ...Array.from({ length: 130 }, () => "2026-11-22T01:00:00.000Z"));
    expect((await push("joan")).messages).toMatchObject([{ arguments: [{ count: 99 }] }]);
  });

  it("tells 25 people each of their own", async () => {
    const people = Array.from({ length: 25 }, (_, index) => `person-${index}`);
    for (const one of people) await store(one, "2026-11-22T01:00:00.000Z");
    const { messages } = await push(...people);
    expect(messages.map((message) => "userId" in message && message.userId)).toEqual(people);
  });
});
