import { NODE_CONDITIONS } from './rules.ts';
import { importedFile, type SourceFile, type SourceGraph } from './source-graph.ts';
import type { Violation } from './violation.ts';

/**
 * No file is reachable from itself. Imports of types count, because files of such a cycle can only be
 * read, moved and understood together.
 */
export function checkCycles(graph: SourceGraph): Violation[] {
  const edges = new Map<string, readonly string[]>();
  for (const file of graph.files.values()) edges.set(file.path, importedPaths(graph, file));
  return knots(edges).map((knot) => {
    const cycle = shortestCycle(edges, knot);
    return {
      path: cycle[0] ?? '',
      message: `is in an import cycle of ${knot.length} ${knot.length === 1 ? 'file' : 'files'}: ${cycle.join(' → ')}. Imports of types count too. Move the shared code to a separate file.`,
    };
  });
}

function importedPaths(graph: SourceGraph, file: SourceFile): string[] {
  const paths = file.imports.flatMap(({ target }) => {
    const imported = importedFile(graph, target, NODE_CONDITIONS);
    return imported === undefined ? [] : [imported.path];
  });
  return [...new Set(paths)];
}

/** The strongly connected sets of two or more files, or of one that imports itself (Tarjan's algorithm). */
export function knots(edges: ReadonlyMap<string, readonly string[]>): string[][] {
  const order = new Map<string, number>();
  const low = new Map<string, number>();
  const open: string[] = [];
  const found: string[][] = [];
  const visit = (path: string): void => {
    const index = order.size;
    order.set(path, index);
    low.set(path, index);
    open.push(path);
    for (const next of edges.get(path) ?? []) {
      if (!order.has(next)) visit(next);
      if (open.includes(next)) low.set(path, Math.min(low.get(path) ?? 0, low.get(next) ?? 0));
    }
    if (low.get(path) !== index) return;
    const knot = open.splice(open.indexOf(path));
    if (knot.length > 1 || edges.get(path)?.includes(path)) found.push(knot.sort());
  };
  for (const path of edges.keys()) if (!order.has(path)) visit(path);
  return found;
}

/** The shortest path from the first node of a knot back to it, with both ends. */
export function shortestCycle(
  edges: ReadonlyMap<string, readonly string[]>,
  knot: readonly string[],
): string[] {
  const start = knot[0] ?? '';
  const trails = new Map<string, readonly string[]>([['', [start]]]);
  for (const trail of trails.values()) {
    for (const next of edges.get(trail.at(-1) ?? '') ?? []) {
      if (next === start) return [...trail, start];
      if (knot.includes(next) && !trails.has(next)) trails.set(next, [...trail, next]);
    }
  }
  return [...knot];
}
