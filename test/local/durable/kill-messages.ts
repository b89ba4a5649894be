/** What the kill harness and the process it kills tell each other. */

/** From the harness. */
export type ToChild = { kind: "start"; id: string; n: number } | { kind: "finish" };

/** From the process that is killed. */
export type FromChild =
  | { kind: "ready" }
  /** The first function of what the process before had left unfinished runs; opening the store and starting the engine took so long. */
  | { kind: "resumed"; ownMs: number }
  /** The answer to a start. */
  | { kind: "started"; id: string }
  /** An activity ran again although its result was stored. */
  | { kind: "ranAgain"; step: string }
  | { kind: "report"; runs: Run[] };

/** How an orchestration has ended, or where it stands. */
export interface Run {
  id: string;
  runtimeStatus: string;
  output: unknown;
  /** Results in the history, by sequence number of the activity. */
  results: Record<number, number>;
}

/** The controls: what is taken away from the engine to see whether the harness notices. */
export const CONTROLS = ["recovery", "commit"] as const;
export type Control = (typeof CONTROLS)[number];
