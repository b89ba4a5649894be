import { createServer } from "node:http";
import { InvocationContext } from "@azure/functions";
import { afterAll, describe, expect, it } from "vitest";
import { toNotificationId } from "../../../src/domain/notification-id.ts";
import { durableClient } from "../../../src/functions/orchestration-starter.ts";
import { endEscalations } from "../../../src/functions/escalation.ts";
import { startReceiptsEcho } from "../../../src/functions/receipts-echo.ts";
import { readAll } from "../../../src/usecases/read-all.ts";
import { recordReceipts } from "../../../src/usecases/record-receipts.ts";
import { claimStorage } from "../../support/claim-storage.ts";
import { createNotification, openInboxTables, toUserTarget } from "../../support/inbox.ts";

const tables = openInboxTables(claimStorage());
const now = new Date("2026-11-22T12:00:00.000Z");

describe("a receipt whose process dies before its escalation is ended", () => {
  it.each(["receipt", "read-all"])("ends it when the %s is sent again", async (kind) => {
    const notification = createNotification(1);
    await tables.inbox.store([{ target: toUserTarget(kind), notification, escalates: true }], "order-1");
    const send = (end: (ids: readonly string[]) => Promise<void>) =>
      kind === "receipt"
        ? recordReceipts(tables, kind, { ids: [notification.id], state: "received" }, now, end)
        : readAll(tables, kind, now, end);
    await send(() => Promise.reject(new Error("killed"))).catch(() => undefined);
    const ended: string[] = [];
    await send(async (ids) => void ended.push(...ids));
    expect(ended).toEqual([notification.id]);
  });
});

describe("a Durable service that hangs", () => {
  const server = createServer(() => {});
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });
  const createContext = async () => {
    if (!server.listening) await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const address = server.address();
    const port = typeof address === "object" ? address?.port : undefined;
    const context = new InvocationContext({
      options: { extraInputs: [durableClient] },
      logHandler: () => {},
    });
    const urls = { managementUrls: {}, creationUrls: {} };
    context.extraInputs.set(durableClient, {
      taskHubName: "hub",
      ...urls,
      rpcBaseUrl: `http://127.0.0.1:${port}/`,
    });
    return context;
  };

  it("holds up no receipt for its echo", { timeout: 15_000 }, async () => {
    const begun = Date.now();
    const echo = startReceiptsEcho(await createContext(), {
      userId: "ada",
      ids: [createNotification(1).id],
      state: "read",
    });
    const late = new Promise((resolve) => setTimeout(resolve, 9_000, "late"));
    expect(await Promise.race([echo.then(() => "done"), late])).toBe("done");
    expect(Date.now() - begun).toBeLessThan(8_000);
  });

  it("holds up a read-all with many escalations for seconds, not minutes", { timeout: 30_000 }, async () => {
    const at = new Date().toISOString();
    const ids = Array.from({ length: 25 }, (_, n) => toNotificationId(at, String(n).padStart(22, "0")));
    const begun = Date.now();
    await endEscalations(await createContext(), ids);
    expect(Date.now() - begun).toBeLessThan(8_000);
  });
});
