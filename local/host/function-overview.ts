/** What a host tells about its functions: for the runtime's page, never with keys or settings. */
import type { HttpFunction } from "./http-trigger.ts";
import type { LoadedFunction } from "./loaded-function.ts";
import type { TimerListener } from "./timers/timer-listener.ts";
import type { TimerFunction } from "./timers/timer-trigger.ts";

/** How a loaded function is reached; what it is started by lies in `listener`. */
export type LoadedTrigger =
  | { readonly kind: "http"; readonly http: HttpFunction }
  | { readonly kind: "timer"; readonly timer: TimerFunction; readonly listener: TimerListener }
  | { readonly kind: "other" };

/** What became of a registered function. */
export type FunctionState =
  | { readonly isStarted: true; readonly fn: LoadedFunction; readonly trigger: LoadedTrigger }
  | { readonly isStarted: false; readonly fn: LoadedFunction; readonly reason: string };

/** One function, as the runtime's page shows it. */
export interface FunctionOverview {
  readonly name: string;
  /** Such as `httpTrigger`. */
  readonly type: string;
  /** Types of its other bindings. */
  readonly bindings: readonly string[];
  readonly http?: { methods: readonly string[] | null; route: string; authLevel: string };
  readonly timer?: { schedule: string; nextAt: string | null; isMonitored: boolean };
  /** Why it is not started; absent when it is. */
  readonly notStarted?: string;
}

/** Describes a function. */
export function toFunctionOverview(state: FunctionState): FunctionOverview {
  const { name, trigger, bindings } = state.fn;
  const others = bindings.filter((binding) => binding !== trigger && binding.type !== "http");
  const common = { name, type: trigger.type, bindings: others.map(({ type }) => type) };
  if (!state.isStarted) return { ...common, notStarted: state.reason };
  switch (state.trigger.kind) {
    case "http": {
      const { methods, route, authLevel } = state.trigger.http;
      return { ...common, http: { methods, route: `/${route}`, authLevel } };
    }
    case "timer": {
      const { timer, listener } = state.trigger;
      const nextAt = listener.next?.toISOString() ?? null;
      return { ...common, timer: { schedule: timer.schedule, nextAt, isMonitored: timer.useMonitor } };
    }
    case "other":
      return common;
  }
}
