/** Starts orchestrations in a process, kills it at random instants, restarts it, and counts what got lost. */
import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { setTimeout as delay } from "node:timers/promises";
import { isDeepStrictEqual } from "node:util";
import { expectedOutput, resultsOfMixed } from "./kill-app.ts";
import type { Control, FromChild, Run, ToChild } from "./kill-messages.ts";

export interface KillOutcome {
  kills: number;
  asked: number;
  acknowledged: number;
  startsPerSecond: number;
  /** Acknowledged starts that have not ended. */
  lost: string[];
  /** Ended with another status or output than they should. */
  wrong: Run[];
  /** Histories in which an activity's result is missing or stands twice. */
  wrongHistories: Run[];
  /** Activities that ran again although their result was stored. */
  ranAgain: string[];
  /** From the start of the new process until the first function of an unfinished instance ran. */
  resumedMs: number[];
  /** The part of it that opened the store and started the engine; the rest loads modules and looks what is stored. */
  ownResumedMs: number[];
}

const startsPerSecond = 60;
const longestLifeMs = 900;
/** One restart in five is killed again while it is still starting. */
const shareKilledEarly = 0.2;
const longestStartMs = 300;

/** Kills `program` as often as asked; `control` takes an ability away from it. */
export async function killRepeatedly(o: {
  program: string;
  dataDir: string;
  kills: number;
  random: () => number;
  control?: Control;
}): Promise<KillOutcome> {
  const asked = new Map<string, number>();
  const acknowledged = new Set<string>();
  const ranAgain: string[] = [];
  const resumedMs: number[] = [];
  const ownResumedMs: number[] = [];
  let underLoadMs = 0;

  let report: (runs: Run[]) => void = () => {};
  const reported = new Promise<Run[]>((resolve) => (report = resolve));
  const launch = () => {
    const launchedMs = performance.now();
    const child = fork(o.program, [o.dataDir, ...(o.control === undefined ? [] : [o.control])], {
      execArgv: [],
    });
    const ready = new Promise<void>((resolve, reject) => {
      child.once("exit", (code) =>
        code === null ? resolve() : reject(new Error(`the child ended by itself: ${code}`)),
      );
      child.on("message", (message: FromChild) => {
        switch (message.kind) {
          case "ready":
            return resolve();
          case "resumed":
            resumedMs.push(performance.now() - launchedMs);
            ownResumedMs.push(message.ownMs);
            return;
          case "started":
            acknowledged.add(message.id);
            return;
          case "ranAgain":
            ranAgain.push(message.step);
            return;
          case "report":
            return report(message.runs);
        }
      });
    });
    return { child, ready };
  };
  const load = async (child: ChildProcess, lifeMs: number) => {
    const beganMs = performance.now();
    for (let begun = 0; performance.now() - beganMs < lifeMs; await delay(5)) {
      for (; begun < ((performance.now() - beganMs) / 1000) * startsPerSecond; begun += 1) {
        const n = asked.size;
        const id = `run-${n}`;
        asked.set(id, n);
        child.send({ kind: "start", id, n } satisfies ToChild);
      }
    }
    underLoadMs += performance.now() - beganMs;
  };

  for (let kills = 0; kills < o.kills; kills += 1) {
    const { child, ready } = launch();
    if (kills > 0 && o.random() < shareKilledEarly) {
      await Promise.race([ready, delay(o.random() * longestStartMs)]);
    } else {
      await ready;
      await load(child, o.random() * longestLifeMs);
    }
    await kill(child);
  }
  const { child, ready } = launch();
  await ready;
  child.send({ kind: "finish" } satisfies ToChild);
  const runs = await reported;
  await kill(child);

  const ended = new Map(
    runs.filter(({ runtimeStatus }) => hasEnded(runtimeStatus)).map((run) => [run.id, run]),
  );
  return {
    kills: o.kills,
    asked: asked.size,
    acknowledged: acknowledged.size,
    startsPerSecond: asked.size / (underLoadMs / 1000),
    lost: [...acknowledged].filter((id) => !ended.has(id)),
    wrong: [...ended.values()].filter(
      (run) =>
        run.runtimeStatus !== "Completed" ||
        !isDeepStrictEqual(run.output, expectedOutput(asked.get(run.id) ?? -1)),
    ),
    wrongHistories: [...ended.values()].filter(
      ({ results }) =>
        Object.keys(results).length !== resultsOfMixed || Object.values(results).some((count) => count !== 1),
    ),
    ranAgain,
    resumedMs,
    ownResumedMs,
  };
}

/** Resolves when the process is gone and everything it had told has arrived. */
async function kill(child: ChildProcess): Promise<void> {
  const gone = Promise.all([once(child, "exit"), once(child, "disconnect")]);
  child.kill("SIGKILL");
  await gone;
}

function hasEnded(runtimeStatus: string): boolean {
  return ["Completed", "Failed", "Terminated"].includes(runtimeStatus);
}
