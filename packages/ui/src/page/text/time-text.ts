const UNITS: readonly (readonly [
  limitMs: number,
  unitMs: number,
  unit: Intl.RelativeTimeFormatUnit,
])[] = [
  [60_000, 1000, 'second'],
  [3_600_000, 60_000, 'minute'],
  [86_400_000, 3_600_000, 'hour'],
  [30 * 86_400_000, 86_400_000, 'day'],
];

const relative = new Intl.RelativeTimeFormat('en', { numeric: 'auto', style: 'short' });

/**
 * Prints a moment as people say it: `3 min. ago`, and the day if it is more than a month ago. The experiment Default was
 * created at 0, so it has no moment.
 */
export function agoText(timeMs: number, nowMs: number = Date.now()): string {
  if (timeMs === 0) return '–';
  const pastMs = nowMs - timeMs;
  for (const [limitMs, unitMs, unit] of UNITS) {
    if (Math.abs(pastMs) < limitMs) return relative.format(-Math.round(pastMs / unitMs), unit);
  }
  return new Date(timeMs).toISOString().slice(0, 10);
}

/** Prints a moment to the second, in the time of the reader. */
export function momentText(timeMs: number): string {
  return new Date(timeMs).toLocaleString('en-GB', { hour12: false });
}

/** Prints a length of time in its two greatest units: `1 h 12 min`. */
export function durationText(ms: number): string {
  const seconds = ms / 1000;
  if (seconds < 1) return `${Math.max(0, Math.round(ms))} ms`;
  if (seconds < 60) return `${seconds.toFixed(1)} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${Math.floor(seconds % 60)} s`;
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return `${hours} h ${minutes % 60} min`;
  return `${Math.floor(hours / 24)} d ${hours % 24} h`;
}
