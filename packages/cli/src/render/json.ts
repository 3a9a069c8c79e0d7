/**
 * JSON for programs, two spaces deep. NaN and the infinities, which JSON lacks, are the strings
 * "NaN", "Infinity" and "-Infinity", as MLflow's REST API writes them.
 */
export function renderJson(value: unknown): string {
  const text = JSON.stringify(
    value,
    (_, item: unknown) =>
      typeof item === 'number' && !Number.isFinite(item) ? String(item) : item,
    2,
  );
  return `${text}\n`;
}
