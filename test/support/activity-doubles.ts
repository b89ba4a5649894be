/**
 * The product's activities as doubles that need no storage. What they do stands in the ids they are given: a person
 * `bad-…` is never reached, `late2-…` not by the first two tries, `hang-…` never answers, `aloneHang-…` neither when
 * alone, `lost-…` cannot even be quarantined; a group `tells-…` has somebody receive the notification the moment it is
 * told, `tellsLater-…` half a minute later; a digest of `sticky-…` cannot be removed.
 */
import type { AudiencePage, Recipient } from "../../src/domain/audience.ts";
import { audienceRequestSchema, type Claim, claimRequestSchema } from "../../src/domain/claim.ts";
import {
  type OpenLetter,
  quarantineRequestSchema,
  redriveInputSchema,
} from "../../src/domain/dead-letter.ts";
import { deliveryBatchSchema } from "../../src/domain/delivery-batch.ts";
import { digestBatchSchema, digestPageRequestSchema, type DueDigest } from "../../src/domain/digest.ts";
import { receiptEchoSchema } from "../../src/domain/receipt.ts";
import { pushGroupsInputSchema } from "../../src/orchestration/mirror-groups.ts";
import { ACTIVITY } from "../../src/orchestration/names.ts";

/** What the doubles know: the claim by instance id, further pages by cursor, digests by due minute, letters by id. */
export interface DoublesKnowledge {
  claims: Map<string, PlannedClaim>;
  pages: Map<string, AudiencePage>;
  digests: Map<string, DueDigest[]>;
  letters: Map<string, OpenLetter>;
}

/** A claim that succeeds after so many failures, hangs, or answers something else. */
export interface PlannedClaim {
  failures: number;
  answer: Claim | "nonsense" | "hangs";
  firstPage: AudiencePage | null;
}

/** What a double needs of the world: raising an event, and a promise that hung calls wait for. */
export interface DoublesWorld {
  received(instanceId: string, at: Date): void;
  hung: Promise<never>;
}

type Double = (input: unknown, instanceId: string) => unknown;

/** The doubles by the name of their activity. */
export function createActivityDoubles(
  known: DoublesKnowledge,
  world: DoublesWorld,
): ReadonlyMap<string, Double> {
  const tries = new Map<string, number>();
  const countTry = (key: string) => {
    const count = (tries.get(key) ?? 0) + 1;
    tries.set(key, count);
    return count;
  };

  const push = (instanceId: string, ids: readonly string[]) => {
    for (const id of ids) {
      const late = Number(/^late(\d+)-/.exec(id)?.[1] ?? 0);
      if (countTry(`${instanceId}|${id}`) <= late) throw new Error("SignalR is busy");
    }
    if (ids.some((id) => /^(bad|lost)-/.test(id))) throw new Error("SignalR answered 400");
  };

  const claimChange: Double = (input) => {
    const { instanceId } = claimRequestSchema.parse(input);
    const planned = known.claims.get(instanceId);
    if (planned === undefined) throw new Error(`No claim was planned for ${instanceId}.`);
    if (countTry(instanceId) <= planned.failures) throw new Error("The tables are out of reach");
    if (planned.answer === "hangs") return world.hung;
    if (planned.answer === "nonsense") return { transition: "nonsense" };
    return { ...planned.answer, firstPage: planned.firstPage, codeVersion: "0.1.0+000000000000" };
  };

  const deliverBatch: Double = async (input, instanceId) => {
    const batch = deliveryBatchSchema.parse(input);
    const ids = batch.recipients.map(toId);
    if (ids.some((id) => id.startsWith("hang-") || (id.startsWith("aloneHang-") && ids.length === 1))) {
      await world.hung;
    }
    if (ids.some((id) => id.startsWith("aloneHang-"))) throw new Error("SignalR answered 400");
    push(batch.instanceId, ids);
    if (ids.some((id) => id.startsWith("tells-"))) world.received(instanceId, new Date());
    if (ids.some((id) => id.startsWith("tellsLater-"))) {
      setTimeout(() => world.received(instanceId, new Date()), 30_000);
    }
    const withheld = batch.recipients.filter(({ quietUntil }) => quietUntil !== undefined).length;
    return { stored: ids.length, pushed: ids.length - withheld, withheld };
  };

  const loadDigests: Double = (input) => {
    const { dueMinute, after, limit } = digestPageRequestSchema.parse(input);
    const all = known.digests.get(dueMinute) ?? [];
    const end = Number(after ?? 0) + limit;
    return { digests: all.slice(Number(after ?? 0), end), next: end < all.length ? String(end) : null };
  };

  return new Map<string, Double>([
    [ACTIVITY.claimChange, claimChange],
    [ACTIVITY.deliverBatch, deliverBatch],
    [ACTIVITY.loadDigests, loadDigests],
    [ACTIVITY.loadAudience, (input) => known.pages.get(audienceRequestSchema.parse(input).after)],
    [ACTIVITY.startEscalation, () => ({ started: true })],
    [
      ACTIVITY.quarantineRecipients,
      (input) => {
        const { failed } = quarantineRequestSchema.parse(input);
        if (failed.some(({ recipient }) => toId(recipient).startsWith("lost-"))) {
          throw new Error("The tables are out of reach");
        }
        return { areStored: failed.map((_, index) => index % 3 !== 2) };
      },
    ],
    [
      ACTIVITY.pushDigests,
      (input, instanceId) => {
        const { digests } = digestBatchSchema.parse(input);
        push(
          instanceId,
          digests.map(({ userId }) => userId),
        );
        const skipped = digests.filter((_, index) => index % 5 === 4).length;
        return { pushed: digests.length - skipped, skipped };
      },
    ],
    [
      ACTIVITY.forgetDigests,
      (input) => {
        const { digests } = digestBatchSchema.parse(input);
        if (digests.some(({ userId }) => userId.startsWith("sticky-")))
          throw new Error("The tables are busy");
        return { forgotten: digests.length, kept: 0 };
      },
    ],
    [
      ACTIVITY.pushReceipts,
      (input, instanceId) => {
        const { userId, ids } = receiptEchoSchema.parse(input);
        push(instanceId, [userId]);
        return { pushed: Math.ceil(ids.length / 100) };
      },
    ],
    [
      // `member-3-1` is in three groups and leaves one of them meanwhile.
      ACTIVITY.pushGroups,
      (input) => {
        const { userId, added } = pushGroupsInputSchema.parse(input);
        const [joined = 0, left = 0] = userId.split("-").slice(1).map(Number);
        const groups = Array.from({ length: joined }, (_, index) => `group-${index}`);
        return { groups: added === undefined ? groups : added.slice(0, left) };
      },
    ],
    [
      ACTIVITY.loadDeadLetters,
      (input) => {
        const { ids } = redriveInputSchema.pick({ ids: true }).parse(input);
        return { letters: ids.flatMap((id) => known.letters.get(id) ?? []) };
      },
    ],
    [ACTIVITY.recordRedrives, () => ({})],
  ]);
}

function toId({ target }: Recipient): string {
  return target.kind === "user" ? target.userId : target.group;
}
