/** Adds up what-if comparisons to an answer that stays small however long the period is. */
import { toTargetKey } from "../domain/audience.ts";
import type { Target } from "../domain/subscription.ts";
import { MAX_NAMED, type OrderDifference, type WhatIfAnswer, type WhatIfCounts } from "../domain/what-if.ts";
import type { Comparison, RecordedDecision } from "./what-if.ts";

/** The parts of an answer that are sums. */
export type WhatIfSums = Omit<WhatIfAnswer, "from" | "to" | "codeVersion" | "next"> & {
  codeVersions: string[];
};

export interface WhatIfSum {
  addDecision(recorded: RecordedDecision, comparisons: readonly Comparison[]): void;
  addSilent(codeVersion: string): void;
  addUnread(instanceId: string, reason: string): void;
  end(): WhatIfSums;
}

/** Starts at nothing. */
export function sumWhatIf(): WhatIfSum {
  const orchestrations = { lookedAt: 0, decided: 0, silent: 0, unread: 0 };
  const totals = toNoCounts();
  const byTarget = new Map<string, { target: Target; counts: WhatIfCounts }>();
  const codeVersions = new Set<string>();
  const unread: WhatIfAnswer["unread"] = [];
  const orders: OrderDifference[] = [];
  let ordersCut = false;
  return {
    addDecision(recorded, comparisons) {
      orchestrations.lookedAt += 1;
      orchestrations.decided += 1;
      codeVersions.add(recorded.codeVersion);
      for (const comparison of comparisons) {
        const key = toTargetKey(comparison.target);
        const entry = byTarget.get(key) ?? { target: comparison.target, counts: toNoCounts() };
        byTarget.set(key, entry);
        count(totals, comparison);
        count(entry.counts, comparison);
      }
      if (comparisons.every(({ outcome }) => outcome.kind === "same")) return;
      if (orders.length < MAX_NAMED.orders) orders.push(toOrderDifference(recorded, comparisons));
      else ordersCut = true;
    },
    addSilent(codeVersion) {
      orchestrations.lookedAt += 1;
      orchestrations.silent += 1;
      codeVersions.add(codeVersion);
    },
    addUnread(instanceId, reason) {
      orchestrations.lookedAt += 1;
      orchestrations.unread += 1;
      if (unread.length < MAX_NAMED.unread) unread.push({ instanceId, reason });
    },
    end() {
      const targets = [...byTarget.values()]
        .map(({ target, counts }) => ({ target, ...counts }))
        .filter((counts) => countDifferences(counts) > 0)
        .toSorted((a, b) => countDifferences(b) - countDifferences(a) || compareTargets(a.target, b.target));
      return {
        orchestrations,
        totals,
        targets: targets.slice(0, MAX_NAMED.targets),
        targetsCut: targets.length > MAX_NAMED.targets,
        orders,
        ordersCut,
        unread,
        codeVersions: [...codeVersions].toSorted(),
      };
    },
  };
}

function toNoCounts(): WhatIfCounts {
  return { recorded: 0, now: 0, gained: 0, lost: 0, changed: 0, same: 0, preferencesUnknown: 0 };
}

function count(counts: WhatIfCounts, { outcome, preferencesUnknown }: Comparison): void {
  counts[outcome.kind] += 1;
  if (outcome.kind !== "gained") counts.recorded += 1;
  if (outcome.kind !== "lost") counts.now += 1;
  if (preferencesUnknown) counts.preferencesUnknown += 1;
}

function countDifferences({ gained, lost, changed }: WhatIfCounts): number {
  return gained + lost + changed;
}

function compareTargets(a: Target, b: Target): number {
  return toTargetKey(a) < toTargetKey(b) ? -1 : 1;
}

function toOrderDifference(
  { change, instanceId, decidedAt }: RecordedDecision,
  comparisons: readonly Comparison[],
): OrderDifference {
  const sorted = comparisons.toSorted((a, b) => compareTargets(a.target, b.target));
  const toAffected = ({ target, preferencesUnknown }: Comparison) =>
    preferencesUnknown ? { target, preferencesUnknown: true as const } : { target };
  const gained = sorted.filter(({ outcome }) => outcome.kind === "gained").map(toAffected);
  const lost = sorted.filter(({ outcome }) => outcome.kind === "lost").map(toAffected);
  const changed = sorted.flatMap((one) =>
    one.outcome.kind === "changed" ? [{ ...toAffected(one), differences: one.outcome.differences }] : [],
  );
  const limit = MAX_NAMED.orderTargets;
  return {
    orderId: change.orderId,
    instanceId,
    decidedAt,
    gained: gained.slice(0, limit),
    lost: lost.slice(0, limit),
    changed: changed.slice(0, limit),
    cut: [gained, lost, changed].some(({ length }) => length > limit),
  };
}
