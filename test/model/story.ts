/** What happens in a world: people at work in Salesforce, the minute timer, and accidents. */
import fc from "fast-check";
import type { Edit } from "./salesforce-orders.ts";
import type { Protection } from "./worker.ts";
import { createWorld, type World, WORLD_START, type WorldSpec } from "./world.ts";

/** One thing that happens, some time after the one before (ms). */
export type Happening = { afterMs: number } & (
  | { kind: "create"; lateMs: number }
  | { kind: "save"; which: number; edit: Edit; lateMs: number }
  | { kind: "killWorker" }
  | { kind: "reconcile" }
);

export interface Story extends Pick<WorldSpec, "seed" | "throws" | "faultRate" | "cursor" | "shortIds"> {
  routes: "both" | "outboundMessages" | "polling";
  /** When the first poll comes (ms). */
  pollingAfterMs: number;
  /** How old the orders are that stand there at the beginning (ms). */
  existing: readonly number[];
  happenings: readonly Happening[];
}

/** Saves are visible to queries at once, or up to four minutes late: less than the overlap of five. */
const LATEST_MS = 4 * 60_000;
const lateMs = fc.oneof(
  { weight: 3, arbitrary: fc.constant(0) },
  { weight: 1, arbitrary: fc.integer({ min: 1, max: LATEST_MS }) },
);
const afterMs = fc.oneof(
  { weight: 4, arbitrary: fc.integer({ min: 0, max: 400 }) },
  { weight: 2, arbitrary: fc.integer({ min: 400, max: 3_000 }) },
  { weight: 3, arbitrary: fc.integer({ min: 3_000, max: 90_000 }) },
  { weight: 1, arbitrary: fc.integer({ min: 90_000, max: 7 * 60_000 }) },
);
const edit = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom<Edit>("status", "amount", "backToDraft") },
  { weight: 1, arbitrary: fc.constantFrom<Edit>("activate", "touch", "delete", "restore") },
);
/** Mostly the same order, so that its versions meet. */
const which = fc.oneof({ weight: 2, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.nat(9) });
const happening: fc.Arbitrary<Happening> = fc.oneof(
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("create" as const), afterMs, lateMs }) },
  {
    weight: 11,
    arbitrary: fc.record({ kind: fc.constant("save" as const), afterMs, which, edit, lateMs }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("killWorker" as const), afterMs }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("reconcile" as const), afterMs }) },
);
const ageMs = fc.constantFrom(2_000, 60_000, 10 * 60_000, 3 * 24 * 3_600_000);

/** Any story; `o` fixes a part of it. */
export function anyStory(o: { routes?: Story["routes"] } = {}): fc.Arbitrary<Story> {
  return fc.record({
    seed: fc.noShrink(fc.integer()),
    throws: fc.nat(3_000),
    faultRate: fc.constantFrom(null, 60, 20, 10),
    cursor: fc.constantFrom("asQueried", "asRead"),
    shortIds: fc.boolean(),
    routes:
      o.routes === undefined
        ? fc.constantFrom("both", "both", "outboundMessages", "polling")
        : fc.constant(o.routes),
    pollingAfterMs: fc.oneof(fc.constant(0), fc.nat(12 * 60_000)),
    existing: fc.array(ageMs, { maxLength: 3 }),
    happenings: fc.array(happening, { minLength: 1, maxLength: 20, size: "max" }),
  });
}

/** How often the app polls (ms). */
const POLL_MS = 60_000;
/** Long enough for a lease, a lost activity and two polls (ms). */
const QUIET_MS = 3 * 60_000;
/** By then everything has to be over (ms). */
const PATIENCE_MS = 60 * 60_000;

/** Tells the story to its end, and waits until the world has come to rest. */
export async function tellStory(story: Story, without?: Protection): Promise<World> {
  const world = createWorld({ ...story, without });
  const { time, orders, chance } = world;
  for (const age of story.existing) orders.create(age, 0);
  if (story.routes !== "outboundMessages") time.in(story.pollingAfterMs, () => pollForEver(world));
  for (const one of story.happenings) {
    await time.runUntil(time.now() + one.afterMs);
    happen(world, story, one);
  }
  await time.runUntil(time.now() + POLL_MS);
  chance.calm();
  const versions = orders.ids().flatMap((id) => orders.versions(id));
  const shown = Math.max(
    time.now(),
    ...versions.map(({ visibleAt }) => visibleAt),
    story.pollingAfterMs + WORLD_START,
  );
  const end = shown + PATIENCE_MS;
  await time.runUntil(shown + QUIET_MS);
  while (!isAtRest(world) && time.now() < end) await time.runUntil(time.now() + POLL_MS);
  return world;
}

/** Whether nothing is under way any more. */
export function isAtRest({ sender, durable }: World): boolean {
  return sender.waiting === 0 && durable.running === 0;
}

function pollForEver(world: World): void {
  void world.poll();
  world.time.in(POLL_MS, () => pollForEver(world));
}

function happen(world: World, { routes }: Story, one: Happening): void {
  const { orders, sender } = world;
  const tell = (orderId: string) => {
    if (routes !== "polling") sender.enqueue(orderId);
  };
  switch (one.kind) {
    case "create":
      tell(orders.create(0, one.lateMs).orderId);
      break;
    case "save": {
      const ids = orders.ids();
      const orderId = ids[one.which % Math.max(1, ids.length)];
      const saved = orderId === undefined ? undefined : orders.save(orderId, one.edit, one.lateMs);
      // There is no message of a deletion.
      if (saved !== undefined && one.edit !== "delete") tell(saved.orderId);
      break;
    }
    case "killWorker":
      world.kill();
      break;
    case "reconcile":
      void world.reconcile();
      break;
  }
}
