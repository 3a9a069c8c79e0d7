/**
 * Renders JSON for programs, indented by two spaces. NaN and the infinities, which JSON lacks, become the strings
 * "NaN", "Infinity" and "-Infinity", as in MLflow's REST API.
 */
export function renderJson(value: unknown): string {
  return `${JSON.stringify(value, everyNumber, 2)}\n`;
}

/** Renders the same on one line, for programs that read line by line. */
export function renderJsonLine(value: unknown): string {
  return `${JSON.stringify(value, everyNumber)}\n`;
}

function everyNumber(_: string, item: unknown): unknown {
  return typeof item === 'number' && !Number.isFinite(item) ? String(item) : item;
}
