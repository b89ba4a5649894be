/**
 * A process that kills itself at a named point of a commit. Arguments: the folder of the state, the point (`none`),
 * `armed` or `verify`, and a number that names the instances it starts. With `verify` it first waits until everything
 * that earlier processes left behind has ended, reports, and is armed only then.
 */
import { createDurableEngine } from "../../../local/durable/durable-engine.ts";
import { COMMIT_POINTS } from "../../../local/durable/durable-faults.ts";
import { InstanceStore } from "../../../local/durable/instance-store.ts";
import { isTerminal } from "../../../local/durable/runtime-status.ts";
import { toNewRow } from "../../../local/durable/write-execution.ts";
import { openState } from "../../../local/state/open-state.ts";
import { checkIntegrity } from "./check-integrity.ts";
import { scriptedFunctions } from "./scripted-functions.ts";

/** What the process tells. */
export type CommitPointsMessage =
  | { kind: "started"; id: string }
  | {
      kind: "report";
      instances: Record<string, { runtimeStatus: string; output: unknown }>;
      problems: string[];
    };

const [dataDir = "", wanted, mode, number = "0"] = process.argv.slice(2);
const point = COMMIT_POINTS.find((name) => name === wanted);
let isArmed = mode === "armed";

const state = openState(dataDir);
const sweeps = point?.endsWith("-retention") === true;
if (sweeps) await writeOldInstance();
const engine = createDurableEngine({
  state,
  functions: scriptedFunctions,
  storeInputsInOrchestrationHistory: false,
  retention: sweeps ? { keepForMs: 0, keepAtLeast: 0, keepAtMost: 0 } : null,
  faults: {
    reach: (reached) => {
      if (isArmed && reached === point) process.kill(process.pid, "SIGKILL");
    },
  },
  log: () => {},
});
engine.start();
if (mode === "verify") {
  await finishAll();
  const rows = engine.listInstances({}, 100_000, null).instances;
  await tell({
    kind: "report",
    problems: checkIntegrity(state),
    instances: Object.fromEntries(
      rows.map(({ instanceId, runtimeStatus, output }) => [
        instanceId,
        { runtimeStatus, output: output === null ? null : JSON.parse(output) },
      ]),
    ),
  });
}
isArmed = true;
if (point !== undefined) await runScenario();
await engine.stop();
await state.close();
process.disconnect();

/** Something for the sweep to forget. */
async function writeOldInstance(): Promise<void> {
  const store = new InstanceStore(state);
  const instanceId = `old-${number}`;
  await store.commit("start", () => {
    const row = toNewRow({ instanceId, name: "tiny", version: "", input: null, nowMs: 0, parent: null });
    store.writeInstance({ ...row, runtimeStatus: "Completed" });
  });
}

/** Everything a client does, each once. */
async function runScenario(): Promise<void> {
  const id = `steps-${number}`;
  await engine.startNew({ name: "steps", instanceId: id, input: null });
  await tell({ kind: "started", id });
  await engine.raiseEvent(id, "go", "5");
  await engine.waitForEnd(id, 5_000);
  await engine.startNew({ name: "tiny", instanceId: `tiny-${number}`, input: null });
  await engine.waitForEnd(`tiny-${number}`, 5_000);
  await engine.purgeInstance(`tiny-${number}`);
}

/** Waits for the end of all instances; a client that got no answer to its event sends it again. */
async function finishAll(): Promise<void> {
  for (const { instanceId, name, runtimeStatus } of engine.listInstances({}, 100_000, null).instances) {
    if (isTerminal(runtimeStatus)) continue;
    if (name === "steps") await engine.raiseEvent(instanceId, "go", "5").catch(() => {});
    await engine.waitForEnd(instanceId, 5_000);
  }
}

async function tell(message: CommitPointsMessage): Promise<void> {
  await new Promise((resolve) => process.send?.(message, resolve));
}
