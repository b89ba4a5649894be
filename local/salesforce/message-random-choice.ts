/** The order in which messages leave when they shall leave in none. */
/** Another order than that of time. */
export interface QueueChoice {
  /** Among how many of the earliest. */
  readonly among: number;
  order(numbers: readonly number[]): number[];
}

/** Enough to mix up many messages, and little enough to be drawn anew for each. */
const AMONG = 1_000;

/** Any of the notifications that are due, each as likely as the other. */
export function toRandomChoice(random: () => number): QueueChoice {
  return {
    among: AMONG,
    order: (numbers) =>
      numbers
        .map((number) => ({ number, rank: random() }))
        .sort((a, b) => a.rank - b.rank)
        .map(({ number }) => number),
  };
}
