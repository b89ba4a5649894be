/** Windows of time in words: hours in the reader's own time zone, days as Salesforce and the API count them, in UTC. */

/** What one window is called. */
export interface WindowWords {
  /** Under its bar. */
  readonly axis: string;
  /** In full. */
  readonly name: string;
  /** The same in UTC, where `name` says it in another time zone. */
  readonly utc: string | undefined;
}

const HOUR_MS = 3_600_000;

/** Makes a function that names windows of this length by the instant they begin with. */
export function createWindowWords(windowHours: 1 | 24, timeZone: string): (from: string) => WindowWords {
  const own = createClock(windowHours === 24 ? "UTC" : timeZone);
  const utc = createClock("UTC");
  return (from) => {
    const start = new Date(from);
    if (windowHours === 24) {
      return { axis: utc.toDay(start), name: `${utc.toWeekday(start)} ${utc.toDay(start)}`, utc: undefined };
    }
    const end = new Date(start.getTime() + HOUR_MS);
    const toSpan = ({ toTime }: Clock): string => `${toTime(start)}–${toTime(end)}`;
    const isSame = own.toTime(start) === utc.toTime(start);
    return {
      axis: own.toTime(start),
      name: `${own.toWeekday(start)} ${own.toDay(start)}, ${toSpan(own)}`,
      utc: isSame ? undefined : `${toSpan(utc)} UTC`,
    };
  };
}

/** Which clock the names follow, as a sentence. */
export function toClockSentence(windowHours: 1 | 24, lastFrom: string, timeZone: string): string {
  const isUtc =
    createClock(timeZone).toTime(new Date(lastFrom)) === createClock("UTC").toTime(new Date(lastFrom));
  if (windowHours === 1) return isUtc ? "Hours are in UTC." : `Hours are in your own time zone, ${timeZone}.`;
  if (isUtc) return "Days are in UTC.";
  const begin = createClock(timeZone).toTime(new Date(lastFrom));
  return `Days are in UTC; here (${timeZone}) each begins at ${begin}.`;
}

type Clock = ReturnType<typeof createClock>;

/** The parts are put together here: how browsers join them differs from version to version. */
function createClock(timeZone: string) {
  const format = new Intl.DateTimeFormat("en-GB", {
    timeZone,
    weekday: "short",
    day: "numeric",
    month: "short",
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
  });
  const read = (at: Date) => {
    const parts = format.formatToParts(at);
    return (type: Intl.DateTimeFormatPartTypes) => parts.find((part) => part.type === type)?.value ?? "";
  };
  return {
    toTime(at: Date): string {
      const part = read(at);
      return `${part("hour")}:${part("minute")}`;
    },
    toDay(at: Date): string {
      const part = read(at);
      return `${part("day")} ${part("month")}`;
    },
    toWeekday: (at: Date): string => read(at)("weekday"),
  };
}
