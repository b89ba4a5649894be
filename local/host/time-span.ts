/**
 * .NET's TimeSpan text: `hh:mm:ss`, with days `d.hh:mm:ss`, with fractions `hh:mm:ss.fffffff`; without a dot, 24 hours or
 * more are days (`24:00:00` is 24 days), as TimeSpan.Parse has it.
 */
const MS = { day: 86_400_000, hour: 3_600_000, minute: 60_000, second: 1000 };

/** The milliseconds of a time span, null when the text is none. */
export function parseTimeSpan(text: string): number | null {
  const found = /^(?:(\d{1,8})\.)?(\d{1,8}):(\d{1,2}):(\d{1,2})(?:\.(\d{1,7}))?$/.exec(text);
  if (found === null) return null;
  const [days, first, second, third] = [found[1] ?? "0", found[2], found[3], found[4]].map(Number);
  if (days === undefined || first === undefined || second === undefined || third === undefined) return null;
  const fractionMs = Number(`0.${found[5] ?? "0"}`) * MS.second;
  if (first >= 24) {
    const isDays = found[1] === undefined && found[5] === undefined && second < 24 && third < 60;
    return isDays ? first * MS.day + second * MS.hour + third * MS.minute : null;
  }
  if (second >= 60 || third >= 60) return null;
  return days * MS.day + first * MS.hour + second * MS.minute + third * MS.second + fractionMs;
}

/** The text of whole seconds, as TimeSpan.ToString writes it. */
export function formatTimeSpan(ms: number): string {
  const days = Math.floor(ms / MS.day);
  const time = [ms / MS.hour, ms / MS.minute, ms / MS.second].map((value, index) =>
    String(Math.floor(value) % (index === 0 ? 24 : 60)).padStart(2, "0"),
  );
  return `${days > 0 ? `${days}.` : ""}${time.join(":")}`;
}
