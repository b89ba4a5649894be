/**
 * The orders of a Salesforce organisation with every version they ever had.
 *
 * SystemModstamp has whole seconds, so several saves share one. A save is at once what outbound messages and reads by id
 * show; queries may go on showing the version before for some minutes (saves that commit late).
 */
import { toSalesforceId } from "../../src/ingress/canonical-value.ts";
import type { VirtualTime } from "./virtual-time.ts";

/** One version of one order, in canonical form: what a change of it has to hold. */
export interface Version {
  readonly orderId: string;
  /** Which save of its order made it, from 0. */
  readonly index: number;
  readonly core: Readonly<Record<string, string | null>>;
  readonly stamp: string;
  /** From when queries show it (ms). */
  readonly visibleAt: number;
}

/** What somebody does to an order. */
export type Edit = "status" | "backToDraft" | "activate" | "amount" | "touch" | "delete" | "restore";

/** The organisation's orders. */
export interface SalesforceOrders {
  /** An order that was created `ageMs` ago and is as it was then. */
  create(ageMs: number, lateMs: number): Version;
  /** Saves an order; undefined for an edit that this world does not know. */
  save(orderId: string, edit: Edit, lateMs: number): Version | undefined;
  ids(): string[];
  versions(orderId: string): readonly Version[];
  current(orderId: string): Version;
  /** What a query sees now; undefined before the first version is visible. */
  visible(orderId: string): Version | undefined;
}

const STATUSES = ["Draft", "Approved", "Shipped"];

/** Opens an empty organisation; saves in the second from `leapSecondAt` on are stamped :60. */
export function createSalesforceOrders(time: VirtualTime, leapSecondAt?: number): SalesforceOrders {
  const orders = new Map<string, Version[]>();
  const versionsOf = (orderId: string): Version[] => orders.get(orderId)!;
  const add = (orderId: string, core: Version["core"], at: number, lateMs: number): Version => {
    const versions = orders.get(orderId) ?? [];
    const isLeap = leapSecondAt !== undefined && at >= leapSecondAt && at < leapSecondAt + 1_000;
    const stamp = isLeap ? new Date(leapSecondAt - 1).toISOString() : toStamp(at);
    // A version that shows hides all before it, so none shows later than its successor.
    const visibleAt = Math.max(at + lateMs, versions.at(-1)?.visibleAt ?? 0);
    const version = {
      orderId,
      index: versions.length,
      core: { ...core, SystemModstamp: stamp },
      stamp,
      visibleAt,
    };
    orders.set(orderId, [...versions, version]);
    return version;
  };

  return {
    create(ageMs, lateMs) {
      // Ids differ in their case too, as real ones do.
      const orderId = toSalesforceId(
        `80100000000${"aAbB"[orders.size % 4]}${String(orders.size).padStart(3, "0")}`,
      );
      const CreatedDate = toStamp(time.now() - ageMs);
      const core = {
        Id: orderId,
        AccountId: ACCOUNT_ID,
        OwnerId: OWNER_ID,
        Status: "Draft",
        StatusCode: "Draft",
      };
      return add(orderId, { ...core, TotalAmount: "100", CreatedDate }, time.now() - ageMs, lateMs);
    },
    save(orderId, edit, lateMs) {
      const current = versionsOf(orderId).at(-1)!;
      const isDeleted = current.core["IsDeleted"] === "true";
      if (isDeleted !== (edit === "restore")) return undefined;
      const core = toEdited(current.core, edit);
      if (leadsBack(versionsOf(orderId), core, toStamp(time.now()))) return undefined;
      return add(orderId, core, time.now(), lateMs);
    },
    ids: () => [...orders.keys()],
    versions: versionsOf,
    current: (orderId) => versionsOf(orderId).at(-1)!,
    visible: (orderId) => versionsOf(orderId).findLast(({ visibleAt }) => visibleAt <= time.now()),
  };
}

/** There and back within one second: the third version has the stamp and the values of the first, so it is the first. */
function leadsBack(versions: readonly Version[], core: Version["core"], stamp: string): boolean {
  const text = JSON.stringify({ ...core, SystemModstamp: stamp });
  const before = versions.findIndex((version) => JSON.stringify(version.core) === text);
  return before !== -1 && versions.slice(before).some((version) => JSON.stringify(version.core) !== text);
}

const ACCOUNT_ID = "001000000000001AAA";
const OWNER_ID = "005000000000001AAA";

function toEdited(core: Version["core"], edit: Edit): Version["core"] {
  switch (edit) {
    case "status":
      return { ...core, Status: STATUSES[(STATUSES.indexOf(core["Status"]!) + 1) % STATUSES.length]! };
    case "backToDraft":
      return { ...core, Status: "Draft", StatusCode: "Draft", TotalAmount: "100" };
    case "activate":
      return { ...core, StatusCode: "Activated" };
    case "amount":
      return { ...core, TotalAmount: String(Number(core["TotalAmount"]) + 50) };
    case "touch":
      return core;
    case "delete":
      return { ...core, IsDeleted: "true" };
    case "restore": {
      const { IsDeleted: _, ...rest } = core;
      return rest;
    }
  }
}

/** Salesforce keeps no fractions of a second. */
export function toStamp(ms: number): string {
  return new Date(Math.floor(ms / 1_000) * 1_000).toISOString();
}

/** An order as REST spells it. */
export function toRestFields({ core }: Version): Record<string, string | null> {
  const date = (name: string) => toSpelledInstant(core[name]!).replace("Z", "+0000");
  return {
    ...core,
    CreatedDate: date("CreatedDate"),
    SystemModstamp: date("SystemModstamp"),
    IsDeleted: core["IsDeleted"] ?? "false",
    OrderNumber: toOrderNumber(core),
  };
}

/** An order as an outbound message spells it; "deleted" when there is nothing left to send. */
export function toMessageFields(
  { core }: Version,
  o: { shortIds: boolean },
): Record<string, string | null> | "deleted" {
  if (core["IsDeleted"] === "true") return "deleted";
  const toId = (id: string) => (o.shortIds ? id.slice(0, 15) : id);
  return {
    ...core,
    Id: toId(core["Id"]!),
    AccountId: toId(core["AccountId"]!),
    OwnerId: toId(core["OwnerId"]!),
    TotalAmount: `${core["TotalAmount"]}.0`,
    CreatedDate: toSpelledInstant(core["CreatedDate"]!),
    SystemModstamp: toSpelledInstant(core["SystemModstamp"]!),
    OrderNumber: toOrderNumber(core),
  };
}

/** Only the leap second has a fraction here: in canonical form it is the last millisecond before it. */
function toSpelledInstant(instant: string): string {
  return instant.replace(/:59\.999Z$/, ":60.000Z");
}

function toOrderNumber(core: Version["core"]): string {
  return core["Id"]!.slice(12, 15).padStart(8, "0");
}
