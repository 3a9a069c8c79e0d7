/** MLflow takes `run_uuid`, the older name, wherever `run_id` is missing. */
export function runIdOrUuid(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  const { run_id, run_uuid } = value as Record<string, unknown>;
  return (run_id ?? '') === '' && run_uuid !== undefined ? { ...value, run_id: run_uuid } : value;
}
