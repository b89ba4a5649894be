/**
 * What must have come of a story, said without the product's own rules of comparison.
 *
 * 1. Every start is the first of its id: no history is replaced.
 * 2. Whatever was started, claimed or told is a version that the order really had.
 * 3. A version that an acknowledged message told of, or that queries showed from before polling asked for a window up to
 *    the window's end, is claimed or was known from the silent first poll ("missed" otherwise). At rest every order is known as
 *    Salesforce has it now ("outdated" otherwise).
 * 4. Along the claims of an order: a version older than the known one is silent; a newer one is told if and only if it differs
 *    from the known one; the first one is told if the order is new or a message told of it. Of two versions in one
 *    second the later one is told; the earlier one may be told, marked as uncertain, or be silent.
 * 5. Of every version that is to be told, each recipient has exactly one notification, and no others.
 * 6. At rest no message waits for its Ack and no orchestration runs.
 */
import type { OrderChange } from "../../src/domain/order-change.ts";
import type { Claim } from "../../src/domain/claim.ts";
import type { Version } from "./salesforce-orders.ts";
import { isAtRest } from "./story.ts";
import type { World } from "./world.ts";
import { RECIPIENTS } from "./world-storage.ts";

export type ViolationKind =
  | "historyReplaced"
  | "invented"
  | "missed"
  | "outdated"
  | "wrongNews"
  | "lost"
  | "double"
  | "unfinished";
export type Violation = { kind: ViolationKind; text: string };

/** How old an order may be to count as new (ms). */
const NEW_ORDER_MS = 5 * 60_000;

/** Everything that went wrong. */
export async function findViolations(world: World): Promise<Violation[]> {
  const violations: Violation[] = world.durable.starts
    .filter(({ replaced }) => replaced)
    .map(({ change }) => ({ kind: "historyReplaced", text: describe(change.coreFields) }));
  if (!isAtRest(world)) {
    const { sender, durable } = world;
    violations.push({
      kind: "unfinished",
      text: `${sender.waiting} messages, ${durable.running} orchestrations`,
    });
  }
  const told = new Set<string>();
  const known = new Map<string, Known>();
  const heard = new Set<string>();
  for (const event of world.storage.events) {
    const isClaim = event.kind === "claim";
    const core = isClaim ? event.commit.change.coreFields : event.coreFields;
    const version = findVersion(world, core);
    if (version === undefined) violations.push({ kind: "invented", text: describe(core) });
    if (version === undefined || heard.has(toIdentity(core))) continue;
    const before = known.get(version.orderId);
    if (!isClaim) {
      // The first window is silent, but not about what was saved after its end.
      if (version.stamp < toFirstEnd(world))
        known.set(version.orderId, { version, isBaseline: true, isUncertain: false });
      continue;
    }
    heard.add(toIdentity(core));
    const { change, claim } = event.commit;
    if (claim.transition.outcome === "news") told.add(change.changeHash);
    const expected = expect(world, before, { version, change });
    if (!expected(claim)) violations.push({ kind: "wrongNews", text: describeClaim(before, version, claim) });
    if (claim.transition.outcome === "silent" && claim.transition.reason === "stale") continue;
    const isUncertain = claim.transition.outcome === "news" && claim.transition.uncertain;
    known.set(version.orderId, { version, isBaseline: false, isUncertain });
  }
  violations.push(...findMissed(world, heard), ...(await findOutdated(world, known)));
  violations.push(...findWronglyDelivered(world, told));
  return violations;
}

/** The end of the silent first window, once it is finished. */
function toFirstEnd({ storage }: World): string {
  return storage.finishedWindows[0]?.to ?? "9999";
}

type Known = { version: Version; isBaseline: boolean; isUncertain: boolean };
type Heard = { version: Version; change: OrderChange };

/** What a claim has to say. */
function expect(
  world: World,
  known: Known | undefined,
  { version, change }: Heard,
): (claim: Claim) => boolean {
  const isTold = ({ transition }: Claim) => transition.outcome === "news";
  const isSilent = (claim: Claim) => !isTold(claim);
  const byMessage = change.route === "outboundMessage";
  if (known === undefined || (known.isBaseline && byMessage && isSame(known.version, version))) {
    if (version.core["IsDeleted"] === "true") return isSilent;
    const created = version.core["CreatedDate"]!;
    const isYoung = Date.parse(version.stamp) - Date.parse(created) <= NEW_ORDER_MS;
    const isNew = isYoung || (!byMessage && created >= (change.pollingSince ?? "9999"));
    return isNew || byMessage ? isTold : isSilent;
  }
  if (version.stamp < known.version.stamp) return isSilent;
  const differs = toContent(version.core) !== toContent(known.version.core);
  if (version.stamp > known.version.stamp) return differs ? isTold : isSilent;
  if (!differs) return isSilent;
  const lastOfSecond = world.orders
    .versions(version.orderId)
    .findLast(({ stamp }) => stamp === version.stamp)!;
  if (isSame(lastOfSecond, version)) return isTold;
  return (claim) =>
    claim.transition.outcome === "silent" ||
    claim.transition.uncertain ||
    version.index > known.version.index;
}

function findMissed(world: World, heard: ReadonlySet<string>): Violation[] {
  const { orders, sender, salesforce } = world;
  const { finishedWindows, events } = world.storage;
  const first = toFirstEnd(world);
  const baselines = new Set(
    events.flatMap((one) => (one.kind === "baseline" ? toIdentity(one.coreFields) : [])),
  );
  const isHeard = ({ core }: Version) => heard.has(toIdentity(core));
  const isSeenByPolling = ({ orderId, index, stamp, visibleAt }: Version): boolean => {
    const goneAt = orders.versions(orderId)[index + 1]?.visibleAt ?? Number.POSITIVE_INFINITY;
    return finishedWindows.some(
      ({ to, at }) => stamp < to && visibleAt <= salesforce.askedAt.get(to)! && at < goneAt,
    );
  };
  // The first window passes over what is deleted and what is older than something known.
  const isPassedOver = ({ orderId, index, stamp, core }: Version): boolean =>
    stamp < first &&
    (core["IsDeleted"] === "true" ||
      orders
        .versions(orderId)
        .some((other) => isHeard(other) && (other.index > index || other.stamp === stamp)));
  return orders
    .ids()
    .flatMap((id) => orders.versions(id))
    .filter((version) => !isHeard(version))
    .filter(
      (version) =>
        sender.acknowledged.has(version) ||
        (isSeenByPolling(version) && !baselines.has(toIdentity(version.core)) && !isPassedOver(version)),
    )
    .map(({ core }) => ({ kind: "missed", text: describe(core) }));
}

async function findOutdated(world: World, known: ReadonlyMap<string, Known>): Promise<Violation[]> {
  const violations: Violation[] = [];
  for (const [orderId, last] of known) {
    const row = await world.storage.orders.readOrder(orderId);
    const versions = world.orders.versions(orderId);
    const newest = versions.at(-1)!;
    const isNewest = row !== undefined && toIdentity(row.coreFields) === toIdentity(newest.core);
    const isOneOfItsSecond = row !== undefined && row.systemModstamp === newest.stamp && last.isUncertain;
    if (isNewest || isOneOfItsSecond || !mustBeKnown(world, newest)) continue;
    violations.push({
      kind: "outdated",
      text: `${describe(row?.coreFields ?? {})} now ${describe(newest.core)}`,
    });
  }
  return violations;
}

/** Whether anybody could know: with messages alone, only what they told of. */
function mustBeKnown({ storage, sender }: World, newest: Version): boolean {
  return storage.finishedWindows.length > 0 || sender.acknowledged.has(newest);
}

function findWronglyDelivered({ storage }: World, told: ReadonlySet<string>): Violation[] {
  return RECIPIENTS.flatMap((recipient) => {
    const hashes = [...storage.inbox.get(recipient)!.keys()].map((id) => id.slice(-22));
    const counts = new Map<string, number>();
    for (const hash of hashes) counts.set(hash, (counts.get(hash) ?? 0) + 1);
    const violations: Violation[] = [];
    for (const hash of told)
      if (!counts.has(hash)) violations.push({ kind: "lost", text: `${recipient} ${hash}` });
    for (const [hash, count] of counts) {
      if (count > 1) violations.push({ kind: "double", text: `${recipient} ${hash}` });
      if (!told.has(hash)) violations.push({ kind: "invented", text: `${recipient} ${hash}` });
    }
    return violations;
  });
}

function findVersion({ orders }: World, core: Version["core"]): Version | undefined {
  const orderId = core["Id"] ?? "";
  if (!orders.ids().includes(orderId)) return undefined;
  return orders.versions(orderId).findLast((version) => toIdentity(version.core) === toIdentity(core));
}

function isSame(a: Version, b: Version): boolean {
  return toIdentity(a.core) === toIdentity(b.core);
}

function toIdentity(core: Version["core"]): string {
  return JSON.stringify(Object.entries(core).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

/** What a version says, apart from when. */
function toContent({ SystemModstamp: _, ...rest }: Version["core"]): string {
  return toIdentity(rest);
}

function describe(core: Version["core"]): string {
  const { Id, SystemModstamp, Status, StatusCode, TotalAmount, IsDeleted } = core;
  return [Id, SystemModstamp, Status, StatusCode, TotalAmount, IsDeleted && "deleted"]
    .filter(Boolean)
    .join(" ");
}

function describeClaim(known: Known | undefined, version: Version, { transition }: Claim): string {
  const before = known && `${known.isBaseline ? "baseline " : ""}${describe(known.version.core)}`;
  return `${before ?? "nothing"} → ${describe(version.core)}: ${JSON.stringify(transition)}`;
}
