/** Orchestrations of every kind that the product has, as many as wished, the same for the same seed. */
import type { EventType } from "../../local/durable/history-event.ts";
import { LAST_DIGEST_ATTEMPT } from "../../src/domain/digest.ts";
import type { ORCHESTRATION } from "../../src/orchestration/names.ts";
import type { DoublesKnowledge } from "./activity-doubles.ts";
import { createPlanner, type Planner } from "./orchestration-planner.ts";

/** An orchestration to start, and how it is to stand when its record is read. */
export interface PlannedOrchestration {
  kind: string;
  name: keyof typeof ORCHESTRATION;
  instanceId: string;
  input: object;
  /** Somebody receives the notification before anything else happens. */
  isReceivedAtOnce?: boolean;
  ends: Ending;
}

/**
 * How an orchestration stands at last: it `hangs` where an activity never answers, or `waits` for a timer of a second or
 * more; `reached` is the number of history events by which it has come so far.
 */
export type Ending =
  | { status: "Completed" | "Failed" }
  | { status: "hangs" | "waits" | "Terminated"; reached: Partial<Record<keyof typeof EventType, number>> };

/** When all that ends has ended: hours of retries and escalations are over. */
const TOMORROW_MINUTES = 1_440;

type Kind = (n: number, plan: Planner) => Omit<PlannedOrchestration, "kind" | "ends">;

/** How often it comes in a thousand; the large ones are left out of small worlds. */
type KindOfOrchestration = { share: number; ends?: Ending; isLarge?: true; make: Kind };

/** All kinds but ordinary orders, which are the rest of a thousand. */
const KINDS: Readonly<Record<string, KindOfOrchestration>> = {
  "silent change": { share: 80, make: (n, plan) => plan.order(n, { pages: [] }) },
  "fan-out": {
    share: 20,
    make: (n, plan) => plan.order(n, { pages: [plan.people(plan.size(150 + plan.pick(250), 160))] }),
  },
  "large fan-out": {
    share: 2,
    isLarge: true,
    make: (n, plan) => plan.order(n, { pages: [plan.people(1_000)] }),
  },
  "several pages": {
    share: 15,
    make: (n, plan) =>
      plan.order(n, {
        pages: Array.from({ length: 2 + plan.pick(3) }, () => plan.people(1 + plan.pick(plan.size(80, 20)))),
      }),
  },
  "quiet hours": {
    share: 60,
    make: (n, plan) => plan.order(n, { pages: [plan.people(2 + plan.pick(20), { quiet: 2 })] }),
  },
  "retries that succeed": {
    share: 60,
    make: (n, plan) =>
      plan.order(n, {
        failures: 1 + plan.pick(4),
        pages: [[...plan.people(1 + plan.pick(4)), ...plan.people(1 + plan.pick(2), { as: "late2" })]],
      }),
  },
  "split batch": {
    share: 40,
    make: (n, plan) =>
      plan.order(n, {
        pages: [
          [...plan.people(2 + plan.pick(plan.size(40, 20))), ...plan.people(1 + plan.pick(3), { as: "bad" })],
        ],
      }),
  },
  "failed batches of a large page": {
    share: 3,
    isLarge: true,
    make: (n, plan) =>
      plan.order(n, { pages: [[...plan.people(220), ...plan.people(2, { as: "bad" })], plan.people(3)] }),
  },
  "outage of delivery": {
    share: 20,
    make: (n, plan) =>
      plan.order(n, { pages: [plan.people(1 + plan.pick(plan.size(30, 15)), { as: "bad" })] }),
  },
  "lost batch": {
    share: 8,
    make: (n, plan) => plan.order(n, { pages: [[...plan.people(2), ...plan.people(1, { as: "lost" })]] }),
  },
  "escalating order": {
    share: 30,
    make: (n, plan) => plan.order(n, { pages: [plan.people(1 + plan.pick(5), { escalate: "desk" })] }),
  },
  "escalation, received before it starts": { share: 15, make: (n, plan) => plan.earlyReceipt(n) },
  "escalation, received in time": {
    share: 20,
    make: (n, plan) => ({ ...plan.escalation(n, ["desk", "floor"]), isReceivedAtOnce: true }),
  },
  "escalation, received while a group is told": {
    share: 15,
    make: (n, plan) => plan.escalation(n, ["tells-desk", "floor"]),
  },
  "escalation, received after a group was told": {
    share: 15,
    make: (n, plan) => plan.escalation(n, ["tellsLater-desk", "floor"]),
  },
  "escalation, nobody received": {
    share: 20,
    make: (n, plan) => plan.escalation(n, ["desk", "floor", "house"].slice(0, 1 + plan.pick(3))),
  },
  "escalation, a group that cannot be told": {
    share: 10,
    make: (n, plan) => plan.escalation(n, ["bad-desk", "floor"]),
  },
  digests: { share: 40, make: (n, plan) => plan.digests(n, { people: 1 + plan.pick(40), attempt: 1 }) },
  "digests, several pages": {
    share: 2,
    make: (n, plan) => plan.digests(n, plan.size({ people: 1_001, attempt: 1 }, { people: 101, attempt: 3 })),
  },
  "digests, some not reached": {
    share: 25,
    make: (n, plan) => plan.digests(n, { people: 15, attempt: 1 + plan.pick(3), as: "bad" }),
  },
  "digests, rows that stay": {
    share: 10,
    make: (n, plan) => plan.digests(n, { people: 12, attempt: LAST_DIGEST_ATTEMPT, as: "sticky" }),
  },
  redrive: { share: 25, make: (n, plan) => plan.redrive(n, ["ada", "ben", "cleo"]) },
  "redrive, letters apart": {
    share: 15,
    make: (n, plan) => plan.redrive(n, ["ada", "bad-ben", "late2-cleo"]),
  },
  "redrive, failed": { share: 10, make: (n, plan) => plan.redrive(n, ["bad-ada"]) },
  "redrive, nothing left": { share: 8, make: (n, plan) => plan.redrive(n, []) },
  echo: { share: 30, make: (n, plan) => plan.echo(n, "ada") },
  "echo, not heard": { share: 10, make: (n, plan) => plan.echo(n, "bad-ada") },
  "mirrored groups": {
    share: 30,
    make: (n, plan) => plan.mirror(n, `member-${plan.pick(5)}-${plan.pick(2)}`),
  },
  "failed: a step never succeeds": {
    share: 10,
    ends: { status: "Failed" },
    make: (n, plan) => plan.order(n, { failures: 99, pages: [] }),
  },
  "failed: a result makes no sense": {
    share: 10,
    ends: { status: "Failed" },
    make: (n, plan) => plan.order(n, { answer: "nonsense" }),
  },
  "running: first step": {
    share: 8,
    ends: { status: "hangs", reached: { TaskScheduled: 1 } },
    make: (n, plan) => plan.order(n, { answer: "hangs" }),
  },
  "running: waits to try again": {
    share: 8,
    ends: { status: "waits", reached: { TimerCreated: 1 } },
    make: (n, plan) => plan.order(n, { failures: 99, pages: [] }),
  },
  "running: one of several batches": {
    share: 4,
    isLarge: true,
    ends: { status: "hangs", reached: { TaskCompleted: 2 } },
    make: (n, plan) => plan.order(n, { pages: [[...plan.people(230), ...plan.people(1, { as: "hang" })]] }),
  },
  "running: a batch is taken apart": {
    share: 6,
    ends: { status: "hangs", reached: { SubOrchestrationInstanceCreated: 1 } },
    make: (n, plan) => plan.order(n, { pages: [plan.people(3, { as: "aloneHang" })] }),
  },
  "running: escalation waits": {
    share: 8,
    ends: { status: "waits", reached: { TimerCreated: 1 } },
    make: (n, plan) => plan.escalation(n, ["desk", "floor"], TOMORROW_MINUTES),
  },
  "terminated: waits to try again": {
    share: 6,
    ends: { status: "Terminated", reached: { TimerCreated: 1 } },
    make: (n, plan) => plan.order(n, { failures: 99, pages: [] }),
  },
  "terminated: escalation": {
    share: 6,
    ends: { status: "Terminated", reached: { TimerCreated: 1 } },
    make: (n, plan) => plan.escalation(n, ["desk"], TOMORROW_MINUTES),
  },
};

const ORDINARY: Kind = (n, plan) => plan.order(n, { pages: [plan.people(1 + plan.pick(6))] });

/**
 * So many orchestrations: of each kind a thousandth of `count` times its share, at least one. `isSmall`: with as few
 * people as show the kind.
 */
export function planOrchestrations(
  count: number,
  seed: number,
  isSmall = false,
): { planned: PlannedOrchestration[]; known: DoublesKnowledge } {
  const known = createKnowledge();
  const plan = createPlanner(seed, known, isSmall);
  const planned: PlannedOrchestration[] = [];
  const add = (kind: string, make: Kind, ends: Ending = { status: "Completed" }) => {
    planned.push({ kind, ends, ...make(planned.length + 1, plan) });
  };
  for (const [kind, { share, ends, isLarge, make }] of Object.entries(KINDS)) {
    if (isSmall && isLarge) continue;
    for (let left = Math.max(1, Math.round((share * count) / 1_000)); left > 0; left--) add(kind, make, ends);
  }
  do add("ordinary order", ORDINARY);
  while (planned.length < count);
  return { planned, known };
}

/** One order that so many pages of 1,000 people hear of. */
export function planLargeOrder(pages: number, seed: number) {
  const known = createKnowledge();
  const plan = createPlanner(seed, known, false);
  const people = Array.from({ length: pages }, () => plan.people(1_000, { as: "person" }));
  const ends: Ending = { status: "Completed" };
  return { planned: [{ kind: "large order", ends, ...plan.order(1, { pages: people }) }], known };
}

function createKnowledge(): DoublesKnowledge {
  return { claims: new Map(), pages: new Map(), digests: new Map(), letters: new Map() };
}
