const LONGEST = 120;

/** A text that others wrote, quoted on one line and cut when it is long. */
export function shown(text: string): string {
  return JSON.stringify(text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text);
}

/** A time of the store, in milliseconds since 1970, for people; what is no time is shown as its number. */
export function shownTime(timeMs: number): string {
  const time = new Date(timeMs);
  return Number.isNaN(time.getTime()) ? `${timeMs} ms` : time.toISOString();
}
