/** `--fault`: what should go wrong, written on the command line. */
import { z } from "zod";
import { COMMIT_POINTS, type DurableFaults } from "../durable/durable-faults.ts";
import type { SignalRFaults } from "../signalr/signalr-faults.ts";
import type { StorageFaults } from "../storage/start-faulty-storage.ts";

/** Everything that can go wrong on purpose, by the part of the runtime it happens in. */
export interface RuntimeFaults {
  durable?: DurableFaults;
  signalR?: SignalRFaults;
  /** Needs the tables of the runtime's own Azurite. */
  tables?: StorageFaults;
}

const ms = z.coerce.number("takes milliseconds").int("takes whole milliseconds").min(0).max(600_000);
const share = z.coerce.number("takes a share from 0 to 1").min(0).max(1);
const flag = z.literal("", "takes no value").transform(() => true as const);
const point = z.enum(COMMIT_POINTS, `takes one of ${COMMIT_POINTS.join(", ")}`);
const status = z.literal([429, 500, 503]);
const refusal = z
  .string()
  .regex(/^(429|500|503)(:(0|1|0?\.\d+))?$/, "takes 429, 500 or 503, and after a colon its share")
  .transform((text) => {
    const [code, part = "1"] = text.split(":");
    return { status: status.parse(Number(code)), share: Number(part) };
  });

const faultsSchema = z
  .strictObject({
    "activity-delay": ms,
    "duplicate-activities": share,
    "one-event-per-turn": flag,
    "shuffle-completions": flag,
    "commit-delay": ms,
    "commit-errors": share,
    "kill-at": point,
    "signalr-delay": ms,
    "signalr-status": refusal,
    "signalr-reset": share,
    "table-delay": ms,
    "table-errors": share,
  })
  .partial();

/** The names that `--fault` takes, for the usage text. */
export const FAULT_NAMES: readonly string[] = Object.keys(faultsSchema.shape);

/** Reads `name` or `name=value` texts; throws a TypeError that says what it does not understand. */
export function parseFaults(texts: readonly string[]): RuntimeFaults {
  const named = texts.map((text): [string, string] => {
    const [name = "", ...value] = text.split("=");
    return [name, value.join("=")];
  });
  const unknown = named.find(([name]) => !FAULT_NAMES.includes(name));
  if (unknown)
    throw new TypeError(`--fault does not know ${unknown[0]}; it knows ${FAULT_NAMES.join(", ")}.`);
  const parsed = faultsSchema.safeParse(Object.fromEntries(named));
  if (parsed.success) return toRuntimeFaults(parsed.data);
  const [issue] = parsed.error.issues;
  throw new TypeError(`--fault ${issue?.path.join(".")} ${issue?.message}.`);
}

function toRuntimeFaults(faults: z.infer<typeof faultsSchema>): RuntimeFaults {
  const killAt = faults["kill-at"];
  const sendStatus = faults["signalr-status"];
  return {
    durable: {
      activityDelayMs: faults["activity-delay"] ?? 0,
      duplicateActivities: faults["duplicate-activities"] ?? 0,
      oneEventPerTurn: faults["one-event-per-turn"] ?? false,
      shuffleCompletions: faults["shuffle-completions"] ?? false,
      storageDelayMs: faults["commit-delay"] ?? 0,
      storageErrors: faults["commit-errors"] ?? 0,
      reach: (reached) => {
        if (reached === killAt) process.kill(process.pid, "SIGKILL");
      },
    },
    signalR: {
      delayMs: faults["signalr-delay"] ?? 0,
      resetShare: faults["signalr-reset"] ?? 0,
      ...(sendStatus ? { sendStatus } : {}),
    },
    tables: { delayMs: faults["table-delay"] ?? 0, errors: faults["table-errors"] ?? 0 },
  };
}
