/** Everything that may happen or not in a world is asked for here, so that a seed tells the whole story. */

/** A row of dice; after `throws` of them everything is dull: no faults, the shortest ways. */
export interface Chance {
  /** A whole number from 0 (the dull one) up to but without `sides`. */
  pick(sides: number): number;
  /** True once in so many times; never when dull. */
  oneIn(times: number): boolean;
  /** Ends all mischief at once. */
  calm(): void;
}

/** Opens the row that belongs to `seed`. */
export function createChance(seed: number, throws: number): Chance {
  let state = seed >>> 0;
  let left = throws;
  // Mulberry32, a public-domain generator of 32 bits.
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  return {
    pick(sides) {
      if (left <= 0) return 0;
      left -= 1;
      return Math.floor(next() * sides);
    },
    oneIn(times) {
      if (left <= 0) return false;
      left -= 1;
      return next() * times < 1;
    },
    calm() {
      left = 0;
    },
  };
}
