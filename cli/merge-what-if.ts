/** Puts the answers for the parts of a period together. */
import { toTargetKey } from "../src/domain/audience.ts";
import { MAX_NAMED, type WhatIfAnswer, type WhatIfCounts } from "../src/domain/what-if.ts";

/** The answer for both; `next` is that of the second. */
export function mergeWhatIf(first: WhatIfAnswer, second: WhatIfAnswer): WhatIfAnswer {
  const targets = mergeTargets(first.targets, second.targets);
  const orders = [...first.orders, ...second.orders];
  return {
    from: first.from,
    to: first.to,
    codeVersion: {
      recorded: [...new Set([...first.codeVersion.recorded, ...second.codeVersion.recorded])].toSorted(),
      now: second.codeVersion.now,
    },
    orchestrations: {
      lookedAt: first.orchestrations.lookedAt + second.orchestrations.lookedAt,
      decided: first.orchestrations.decided + second.orchestrations.decided,
      silent: first.orchestrations.silent + second.orchestrations.silent,
      unread: first.orchestrations.unread + second.orchestrations.unread,
    },
    totals: addCounts(first.totals, second.totals),
    targets: targets.slice(0, MAX_NAMED.targets),
    targetsCut: first.targetsCut || second.targetsCut || targets.length > MAX_NAMED.targets,
    orders: orders.slice(0, MAX_NAMED.orders),
    ordersCut: first.ordersCut || second.ordersCut || orders.length > MAX_NAMED.orders,
    unread: [...first.unread, ...second.unread].slice(0, MAX_NAMED.unread),
    next: second.next,
  };
}

type Targets = WhatIfAnswer["targets"];

function mergeTargets(first: Targets, second: Targets): Targets {
  const merged = new Map(first.map((one) => [toTargetKey(one.target), one]));
  for (const one of second) {
    const key = toTargetKey(one.target);
    const before = merged.get(key);
    merged.set(key, before ? { target: one.target, ...addCounts(before, one) } : one);
  }
  return [...merged.values()].toSorted((a, b) => countDifferences(b) - countDifferences(a));
}

function countDifferences({ gained, lost, changed }: WhatIfCounts): number {
  return gained + lost + changed;
}

function addCounts(a: WhatIfCounts, b: WhatIfCounts): WhatIfCounts {
  return {
    recorded: a.recorded + b.recorded,
    now: a.now + b.now,
    gained: a.gained + b.gained,
    lost: a.lost + b.lost,
    changed: a.changed + b.changed,
    same: a.same + b.same,
    preferencesUnknown: a.preferencesUnknown + b.preferencesUnknown,
  };
}
