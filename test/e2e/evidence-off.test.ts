import { expect, it } from "vitest";
import { startApp } from "../support/start-app.ts";

const app = await startApp({ settings: { EVIDENCE_KEY: "" } });
const auditor = await app.signIn("audrey", ["OrderBell.Auditor"]);

it("gives no evidence without a key, and says which setting is missing", async () => {
  const paths = [
    "/api/audit/keys",
    `/api/audit/orchestrations/order-801000000000001AAA-${"0".repeat(22)}/evidence`,
  ];
  for (const path of paths) {
    const answer = await auditor.call("GET", path);
    expect(answer.status).toBe(503);
    expect(await answer.json()).toMatchObject({ detail: expect.stringContaining("EVIDENCE_KEY is not set") });
  }
});

it("has a timer that runs without one and does nothing", async () => {
  const timer = await fetch(`${app.url}/admin/functions/archiveEvidence`, {
    method: "POST",
    headers: { cookie: auditor.cookie, "content-type": "application/json", "x-functions-key": "local" },
    body: "{}",
  });
  expect(timer.status).toBe(202);
});
