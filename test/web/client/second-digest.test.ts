import { expect, it } from "vitest";
import { makeNotification } from "./fake-site.ts";
import { bell, pass, shownIds, site, startLive, useBell } from "./live-bell.ts";

useBell();

it("brings in what a second summary of the same quiet hours speaks for", async () => {
  await startLive();
  const since = makeNotification(1).createdAt;
  const first = site.notify(1, { push: false });
  site.openLine?.push({ count: 1, since }, "digest");
  await pass(1_000);
  expect(shownIds()).toEqual([first]);
  // Came while the first was counted: its row stays in Digests and the next run sends another summary.
  const late = site.notify(2, { push: false });
  site.openLine?.push({ count: 2, since }, "digest");
  await pass(1_000);
  expect(shownIds()).toEqual([late, first]);
  expect(bell.state.digest).toEqual({ count: 2, since });
});
