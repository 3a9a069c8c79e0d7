/**
 * JSON for programs, two spaces deep. NaN and the infinities, which JSON lacks, are the strings
 * "NaN", "Infinity" and "-Infinity", as MLflow's REST API writes them.
 */
export function renderJson(value: unknown): string {
  return `${JSON.stringify(value, everyNumber, 2)}\n`;
}

/** The same on one line, for programs that read line by line. */
export function renderJsonLine(value: unknown): string {
  return `${JSON.stringify(value, everyNumber)}\n`;
}

function everyNumber(_: string, item: unknown): unknown {
  return typeof item === 'number' && !Number.isFinite(item) ? String(item) : item;
}
