/**
 * A worker of the Functions app that may die at any moment, and its calls to the outside.
 *
 * A call takes a while, takes effect in one instant, and takes a while again until its answer is there. It may fail before
 * or after its effect, take effect although it failed already, or be repeated by a client that lost the first answer. What
 * is on its way when a worker dies still takes effect; nobody hears the answer.
 */
import type { Chance } from "./chance.ts";
import type { VirtualTime } from "./virtual-time.ts";

/** A worker; its invocations live and die with it. */
export interface FunctionInstance {
  readonly isDead: boolean;
  /** Resolves when it has died. */
  readonly death: Promise<void>;
  kill(): void;
  /** One call to storage, to Durable Functions or to Salesforce. */
  call<Result>(effect: () => Promise<Result>, o?: CallOptions): Promise<Result>;
}

/** `toError`: what a failure of this service looks like. `isRepeated`: the client itself tries again (never for startNew). */
export interface CallOptions {
  toError?: () => Error;
  isRepeated?: boolean;
}

/** How often calls go wrong: one in so many; null for never. */
export type FaultRate = number | null;

/** Starts a worker. */
export function createFunctionInstance(o: {
  time: VirtualTime;
  chance: Chance;
  faultRate: FaultRate;
}): FunctionInstance {
  const { time, chance } = o;
  let isDead = false;
  let die = () => {};
  const death = new Promise<void>((resolve) => {
    die = resolve;
  });
  const kill = () => {
    isDead = true;
    die();
  };
  const stayAlive = (): Promise<void> => (isDead ? new Promise<never>(() => {}) : Promise.resolve());

  return {
    get isDead() {
      return isDead;
    },
    death,
    kill,
    async call(effect, { toError = () => new Error("The service did not answer."), isRepeated = true } = {}) {
      await stayAlive();
      const fault = pickFault(chance, o.faultRate);
      if (fault === "killedBefore") kill();
      await stayAlive();
      await time.sleep(toLatency(chance));
      if (fault === "failedBefore" || fault === "late") {
        if (fault === "late") time.in(toLatency(chance), () => void effect().catch(() => undefined));
        await stayAlive();
        throw toError();
      }
      let result = await effect();
      if (fault === "repeated" && isRepeated) {
        await time.sleep(toLatency(chance));
        result = await effect();
      }
      if (fault === "killedAfter") kill();
      await time.sleep(toLatency(chance));
      await stayAlive();
      if (fault === "failedAfter") throw toError();
      return result;
    },
  };
}

const FAULTS = ["failedBefore", "failedAfter", "late", "repeated", "killedBefore", "killedAfter"] as const;

function pickFault(chance: Chance, rate: FaultRate): (typeof FAULTS)[number] | undefined {
  return rate !== null && chance.oneIn(rate) ? FAULTS[chance.pick(FAULTS.length)] : undefined;
}

/** Mostly quick, sometimes so slow that others overtake; four calls in a row stay below the lease's 30 seconds (ms). */
function toLatency(chance: Chance): number {
  switch (chance.pick(8)) {
    case 7:
      return chance.pick(2_300);
    case 6:
      return chance.pick(300);
    default:
      return 1 + chance.pick(20);
  }
}

/** The same object, each of its methods behind `call`. */
export function behindCalls<Service extends object>(
  service: Service,
  call: <Result>(effect: () => Promise<Result>) => Promise<Result>,
): Service {
  return new Proxy(service, {
    get(target, name) {
      const method: unknown = Reflect.get(target, name);
      if (typeof method !== "function") return method;
      return (...args: unknown[]) => call(async () => Reflect.apply(method, target, args) as unknown);
    },
  });
}
