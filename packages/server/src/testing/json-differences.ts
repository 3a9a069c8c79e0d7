/** A place where two JSON values differ. */
export interface JsonDifference {
  /** Such as `run.data.metrics[1].value`. */
  readonly path: string;
  readonly recorded: unknown;
  readonly answered: unknown;
}

/** Returns every place where an answer differs from the recorded one. `undefined` stands for an absent field. */
export function jsonDifferences(recorded: unknown, answered: unknown, path = ''): JsonDifference[] {
  if (isContainer(recorded) && isContainer(answered)) {
    if (Array.isArray(recorded) === Array.isArray(answered)) {
      const names = new Set([...Object.keys(recorded), ...Object.keys(answered)]);
      return [...names].flatMap((name) =>
        jsonDifferences(
          (recorded as Record<string, unknown>)[name],
          (answered as Record<string, unknown>)[name],
          Array.isArray(recorded) ? `${path}[${name}]` : path === '' ? name : `${path}.${name}`,
        ),
      );
    }
  }
  return Object.is(recorded, answered) ? [] : [{ path, recorded, answered }];
}

function isContainer(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
