import type { CommitStamp } from './commit-stamp.ts';
import type { PlainChange, RegistryChange } from './registry-change.ts';

/** One change with its author and time, and with the author of the import if it was made in another store. */
export interface SingleChange extends CommitStamp {
  readonly change: PlainChange;
  readonly broughtIn?: CommitStamp;
}

/** Yields the changes of a commit in their order, including those that it imported. */
export function singleChanges({
  by,
  atMs,
  changes,
}: CommitStamp & { readonly changes: readonly RegistryChange[] }): SingleChange[] {
  return changes.flatMap((change): SingleChange[] =>
    change.kind === 'brought-in'
      ? change.changes.map((inner) => ({
          change: inner,
          by: change.by,
          atMs: change.atMs,
          broughtIn: { by, atMs },
        }))
      : [{ change, by, atMs }],
  );
}
