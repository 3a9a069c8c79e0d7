const LONGEST = 120;

/** Foreign text, quoted on one line and cut if it is long. */
export function shown(text: string): string {
  return JSON.stringify(text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text);
}

/** A time in milliseconds since 1970, formatted for people. A number out of range is shown as it is. */
export function shownTime(timeMs: number): string {
  const time = new Date(timeMs);
  return Number.isNaN(time.getTime()) ? `${timeMs} ms` : time.toISOString();
}
