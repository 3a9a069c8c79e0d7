/** A broken rule, at a place, with a way out in the message. */
export interface Violation {
  /** Relative to the root, with `/`. */
  readonly path: string;
  /** 1-based; absent when the whole file is meant. */
  readonly line?: number;
  readonly message: string;
}

/** Sorted by place, each on one line. */
export function formatViolations(violations: readonly Violation[]): string[] {
  return [...violations]
    .sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : (a.line ?? 0) - (b.line ?? 0)))
    .map(({ path, line, message }) => `${path}${line === undefined ? '' : `:${line}`}  ${message}`);
}
