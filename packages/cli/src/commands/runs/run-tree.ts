import { PARENT_RUN_TAG, type Run } from '@tidemark/core';

/** A run, and its depth below the parents that are shown above it. */
export interface TreeRun {
  readonly run: Run;
  readonly depth: number;
}

/** Returns the id of the run's parent. */
export function parentOf({ tags }: Run): string | undefined {
  return Object.hasOwn(tags, PARENT_RUN_TAG) ? tags[PARENT_RUN_TAG] : undefined;
}

/** Returns runs with their children after them. A child whose parent is not in the list keeps its place. */
export function runTree(runs: readonly Run[]): TreeRun[] {
  const known = new Set<string>(runs.map(({ runId }) => runId));
  const children = new Map<string, Run[]>();
  const roots: Run[] = [];
  for (const run of runs) {
    const parent = parentOf(run);
    if (parent === undefined || !known.has(parent)) roots.push(run);
    else {
      const others = children.get(parent);
      if (others === undefined) children.set(parent, [run]);
      else others.push(run);
    }
  }
  const tree: TreeRun[] = [];
  const placed = new Set<string>();
  // Anyone can set tags. Runs that are each other's parents have no root, and come last.
  for (const root of [...roots, ...runs]) {
    const waiting: TreeRun[] = [{ run: root, depth: 0 }];
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      const { run, depth } = next;
      if (placed.has(run.runId)) continue;
      placed.add(run.runId);
      tree.push(next);
      const below = children.get(run.runId) ?? [];
      for (const child of below.toReversed()) waiting.push({ run: child, depth: depth + 1 });
    }
  }
  return tree;
}
