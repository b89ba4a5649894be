/**
 * What a `timerTrigger` binding asks for.
 *
 * Source: TimerSchedule.cs of Azure/azure-webjobs-sdk-extensions and
 * https://learn.microsoft.com/azure/azure-functions/functions-bindings-timer. Refused, because a Flex Consumption app
 * cannot have it either: a time span instead of a schedule (App Service plans only) and another time zone than UTC.
 */
import { z } from "zod";
import { resolveSettings } from "../binding-expressions.ts";
import { isType, type LoadedFunction } from "../loaded-function.ts";
import { parseNcrontab, type Ncrontab } from "./ncrontab.ts";

const timerTriggerSchema = z.looseObject({
  schedule: z.string().min(1),
  runOnStartup: z.boolean().default(false),
  useMonitor: z.boolean().default(true),
});

const ONE_MINUTE_MS = 60_000;

/** A timer function and when it runs. */
export interface TimerFunction {
  readonly fn: LoadedFunction;
  /** As written, settings filled in. */
  readonly schedule: string;
  readonly ncrontab: Ncrontab;
  readonly runOnStartup: boolean;
  /** The status of the schedule outlives the host; never for one that occurs more than once a minute. */
  readonly useMonitor: boolean;
}

/** Reads when a timer function runs; null when it has another trigger; throws the reason why it cannot run here. */
export function toTimerFunction(
  fn: LoadedFunction,
  settings: Readonly<Record<string, string | undefined>>,
): TimerFunction | null {
  if (!isType(fn.trigger, "timerTrigger")) return null;
  const { schedule: written, runOnStartup, useMonitor } = timerTriggerSchema.parse(fn.trigger);
  const schedule = resolveSettings(written, settings);
  refuseTimeZone(settings);
  if (schedule.includes(":")) {
    throw new Error(
      `its schedule '${schedule}' is a time span, which works on an App Service plan only: write it as NCRONTAB`,
    );
  }
  const ncrontab = parseNcrontab(schedule);
  return {
    fn,
    schedule,
    ncrontab,
    runOnStartup,
    useMonitor: useMonitor && !isBelowOneMinute(ncrontab, new Date()),
  };
}

function isBelowOneMinute(ncrontab: Ncrontab, now: Date): boolean {
  const first = ncrontab.next(now);
  const second = first && ncrontab.next(first);
  return second !== null && second.getTime() < now.getTime() + ONE_MINUTE_MS;
}

function refuseTimeZone(settings: Readonly<Record<string, string | undefined>>): void {
  const zone = settings["WEBSITE_TIME_ZONE"];
  if (zone === undefined || /^(|utc|etc\/utc)$/i.test(zone)) return;
  throw new Error(
    `the app setting 'WEBSITE_TIME_ZONE' asks for '${zone}': here, as on Flex Consumption, schedules are in UTC`,
  );
}
