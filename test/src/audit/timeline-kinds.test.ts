/** Every kind of orchestration in every state it may be read in, run by the local Durable engine and told in words. */
import { beforeAll, describe, expect, it } from "vitest";
import { parseRecordedOrchestration } from "../../../src/audit/recorded-orchestration.ts";
import { toTimeline } from "../../../src/audit/timeline.ts";
import { type Timeline, timelineSchema } from "../../../src/domain/audit.ts";
import { planOrchestrations } from "../../support/orchestration-kinds.ts";
import { type Records, recordOrchestrations } from "../../support/record-orchestrations.ts";

let records: Records = new Map();
const timelines = new Map<string, Timeline>();
const byKind = new Map<string, Timeline>();

const tell = (instanceId: string) =>
  toTimeline(parseRecordedOrchestration(records.get(instanceId), instanceId), "history");

beforeAll(async () => {
  const { planned, known } = planOrchestrations(1, 7, true);
  records = await recordOrchestrations({ planned, known });
  for (const instanceId of records.keys()) timelines.set(instanceId, tell(instanceId));
  for (const { kind, instanceId } of planned) byKind.set(kind, tell(instanceId));
}, 120_000);

function of(kind: string): Timeline {
  const timeline = byKind.get(kind);
  if (!timeline) throw new Error(`nothing of the kind ${kind} was recorded`);
  return timeline;
}

const toTexts = ({ headline, transitionText, entries, told, notTold }: Timeline): string[] => [
  headline,
  ...(transitionText === null ? [] : [transitionText]),
  ...entries.map(({ text }) => text),
  ...told.flatMap(({ reasons, outcomeText }) => [outcomeText, ...reasons.map(({ text }) => text)]),
  ...notTold.flatMap(({ causes }) => causes.map(({ text }) => text)),
];
const textsOf = (kind: string) => toTexts(of(kind)).join("\n");

/** Ids of people, groups and orders are no words; nor is the name of a service. */
const NAMES =
  /SignalR|Salesforce|\b(order|escalate|redrive|digests)-\S+|\b[\w]+-\w+|\b(801|001|005)\w{15}|"[^"]*"/g;

describe("timelines of all kinds", () => {
  it("fit the schema that the page and the command line read", () => {
    expect(timelines.size).toBeGreaterThan(40);
    for (const timeline of timelines.values()) timelineSchema.parse(timeline);
  });

  it("speak in sentences: no names of code, nothing undefined, and never that a push was delivered", () => {
    for (const timeline of timelines.values()) {
      for (const text of toTexts(timeline)) {
        expect(text.replaceAll(NAMES, "")).not.toMatch(/\b[a-z]+[A-Z]\w*|undefined|\[object|\bnull\b|\{/);
        expect(text).not.toMatch(/(?<!was )delivered(?! apart)|\.\.$/);
        expect(text).toMatch(/^\S.*[.!]$/s);
      }
    }
  });

  it("stand in the order of time", () => {
    for (const { entries } of timelines.values()) {
      const times = entries.flatMap(({ at }) => at ?? []);
      expect(times).toEqual(times.toSorted());
    }
  });

  it("end with how it ended, unless it is under way", () => {
    for (const { status, endedAt, entries } of timelines.values()) {
      const isRunning = status === "Running" || status === "Pending";
      expect(endedAt === null).toBe(isRunning);
      expect(entries.some(({ kind }) => kind === "end")).toBe(!isRunning);
    }
  });
});

describe("an order change", () => {
  it("that is silent says why", () => {
    const { transitionText, headline, told, notificationId } = of("silent change");
    expect(transitionText).toMatch(/^Nobody was told: /);
    expect({ headline, told, notificationId }).toEqual({
      headline: transitionText,
      told: [],
      notificationId: null,
    });
  });

  it("tells further pages by the orchestrations they have", () => {
    const root = of("several pages");
    const pages = root.entries.filter(({ kind }) => kind === "page");
    expect(pages.length).toBeGreaterThan(0);
    for (const { instanceId } of pages) {
      const page = timelines.get(String(instanceId));
      expect(page).toMatchObject({ orderId: root.orderId, transitionText: root.transitionText });
      expect(page?.entries.find(({ kind }) => kind === "source")?.instanceId).toBe(root.instanceId);
    }
  });

  it("counts the attempts at each batch and leads to where it was delivered apart", () => {
    const { entries, told, headline } = of("split batch");
    const failures = entries.filter(({ kind }) => kind === "failure").map(({ text }) => text);
    expect(failures).toHaveLength(3);
    expect(failures[2]).toMatch(/^Attempt 3 failed: batch 1 of 1, to .*The reason: SignalR answered 400\.$/);
    const apart = entries.find(({ instanceId }) => instanceId !== undefined);
    expect(apart?.text).toMatch(
      /^Batch 1 was delivered apart, .* put into quarantine \(SignalR answered 400\)\.$/,
    );
    expect(timelines.get(String(apart?.instanceId))?.name).toBe("deliverFailedBatch");
    const bad = told.filter(({ outcome }) => outcome === "quarantined");
    expect(bad.every(({ target }) => JSON.stringify(target).includes("bad-"))).toBe(true);
    expect(headline).toContain(`${bad.length} in quarantine`);
  });

  it("says until when pushes were withheld", () => {
    const quiet = of("quiet hours").told.filter(({ outcome }) => outcome === "withheld");
    expect(quiet.length).toBeGreaterThan(0);
    for (const { quietUntil, outcomeText } of quiet) {
      expect(outcomeText).toContain(
        `quiet hours until ${quietUntil?.slice(0, 10)} ${quietUntil?.slice(11, 19)} UTC`,
      );
    }
  });

  it("that failed says at what, and condenses its many attempts", () => {
    const { headline, entries } = of("failed: a step never succeeds");
    expect(headline).toMatch(/^It failed: The tables are out of reach\. It was not decided who should hear/);
    expect(entries.filter(({ kind }) => kind === "failure").map(({ text }) => text.split(":")[0])).toEqual([
      "Attempt 1 failed",
      "Attempt 2 failed",
      "Attempts 3 to 24 failed too",
      "Attempt 25 failed",
    ]);
    expect(textsOf("failed: a result makes no sense")).toContain("made no sense");
  });

  it("that runs says where it stands", () => {
    expect(textsOf("running: first step")).toContain(
      "Begun and not ended in this record: comparing the change",
    );
    expect(textsOf("running: waits to try again")).toMatch(
      /^(It waits until .* UTC and tries again|Begun and not ended in this record: comparing the change.*)\.$/m,
    );
    const { told } = of("running: a batch is taken apart");
    expect(new Set(told.map(({ outcome }) => outcome))).toEqual(new Set(["unknown"]));
    expect(textsOf("terminated: waits to try again")).toContain("ended it before its time: Enough.");
  });

  it("of which nobody knows who got it names everyone as not reached here", () => {
    const { told } = of("lost batch");
    expect(new Set(told.map(({ outcome }) => outcome))).toEqual(new Set(["failed"]));
  });

  it("names the escalation that it started", () => {
    const entry = of("escalating order").entries.find(({ kind }) => kind === "escalation");
    expect(entry?.text).toMatch(
      /^While nobody has received it, it is to tell the group desk after \d+ minutes: /,
    );
    expect(entry?.instanceId).toBe(`escalate-${of("escalating order").notificationId}`);
  });
});

describe("other orchestrations", () => {
  it("of an escalation say who waited for whom, and how it ended", () => {
    expect(of("escalation, received before it starts").headline).toBe("No group had to be told.");
    expect(of("escalation, received in time").headline).toMatch(
      /^Somebody received it at .* UTC; 0 of 2 groups had to be told\.$/,
    );
    const nobody = of("escalation, nobody received");
    expect(nobody.headline).toMatch(/^Nobody received it in time; /);
    expect(nobody.told[0]?.reasons[0]?.text).toMatch(
      /^Told because for \d+ minutes nobody had received it\.$/,
    );
    expect(of("escalation, a group that cannot be told").told[0]?.outcome).toBe("quarantined");
    expect(textsOf("running: escalation waits")).toMatch(
      /^(It waits until \d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC|Begun and not ended in this record: telling the group desk)\.$/m,
    );
  });

  it("of digests name everyone to whom a summary went", () => {
    const { entries, headline } = of("digests");
    const pushed = entries.find(({ text }) => text.startsWith("Summaries for "))?.text ?? "";
    expect(pushed.match(/person-\d+/g)?.length).toBeGreaterThan(5);
    expect(headline).toMatch(/^Summaries: \d+ handed to SignalR, \d+ not needed, 0 failed\.$/);
    expect(of("digests, several pages").entries.find(({ kind }) => kind === "page")?.instanceId).toMatch(
      /:p2$/,
    );
    expect(of("digests, some not reached").headline).toContain("2 failed (SignalR answered 400)");
  });

  it("of a redrive say who asked and what came of each letter", () => {
    expect(textsOf("redrive")).toContain("grace asked for 4 dead letters to be sent again.");
    expect(of("redrive").headline).toBe("3 sent again, 0 failed again.");
    const apart = of("redrive, letters apart");
    expect(apart.headline).toBe("2 sent again, 1 failed again.");
    expect(apart.told.map(({ outcome }) => outcome).toSorted()).toEqual(["pushed", "pushed", "quarantined"]);
  });

  it("of a person's devices and groups are told too", () => {
    expect(of("echo").headline).toMatch(/^A receipt of ada for \d+ notifications\.$/);
    expect(textsOf("echo, not heard")).toContain("Attempts 3 to 5 failed too");
    expect(of("mirrored groups").headline).toMatch(
      /^member-\d-\d was added to \d groups? and removed from \d\.$/,
    );
  });
});
