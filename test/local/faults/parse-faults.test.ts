import { describe, expect, it } from "vitest";
import { COMMIT_POINTS } from "../../../local/durable/durable-faults.ts";
import { FAULT_NAMES, parseFaults } from "../../../local/faults/parse-faults.ts";

describe("parseFaults", () => {
  it("reads faults of every part of the runtime", () => {
    const texts = [
      "duplicate-activities=0.5",
      "one-event-per-turn",
      "signalr-status=503:0.25",
      "table-delay=20",
    ];
    expect(parseFaults(texts)).toMatchObject({
      durable: { duplicateActivities: 0.5, oneEventPerTurn: true, shuffleCompletions: false },
      signalR: { sendStatus: { status: 503, share: 0.25 } },
      tables: { delayMs: 20, errors: 0 },
    });
  });

  it("refuses every send when a status has no share", () => {
    expect(parseFaults(["signalr-status=429"]).signalR?.sendStatus).toEqual({ status: 429, share: 1 });
  });

  it("changes nothing when nothing is asked for", () => {
    expect(parseFaults([]).tables).toEqual({ delayMs: 0, errors: 0 });
  });

  it.each([
    [["explode"], /does not know explode; it knows activity-delay, /],
    [["duplicate-activities=2"], /duplicate-activities/],
    [["activity-delay=soon"], /activity-delay takes milliseconds/],
    [["one-event-per-turn=yes"], /takes no value/],
    [["signalr-status=404"], /takes 429, 500 or 503/],
    [["signalr-status=503:7"], /signalr-status/],
    [["kill-at=lunch"], new RegExp(`takes one of ${COMMIT_POINTS[0]}`)],
  ])("refuses %j with a sentence", (texts, sentence) => {
    expect(() => parseFaults(texts)).toThrow(TypeError);
    expect(() => parseFaults(texts)).toThrow(sentence);
  });

  it("knows as many names as it documents", () => {
    expect(FAULT_NAMES).toHaveLength(12);
  });
});
