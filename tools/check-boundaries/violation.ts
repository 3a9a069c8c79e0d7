/** A broken rule with its place. The message says what to do. */
export interface Violation {
  /** Relative to the root, with `/`. */
  readonly path: string;
  /** 1-based; absent when the violation is about the whole file. */
  readonly line?: number;
  readonly message: string;
}

/** Formats violations, each on one line, sorted by place. */
export function formatViolations(violations: readonly Violation[]): string[] {
  return [...violations]
    .sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : (a.line ?? 0) - (b.line ?? 0)))
    .map(({ path, line, message }) => `${path}${line === undefined ? '' : `:${line}`}  ${message}`);
}
