import { knots, shortestCycle } from './cycles.ts';
import { NODE_CONDITIONS } from './rules.ts';
import { importedFile, type SourceFile, type SourceGraph } from './source-graph.ts';
import type { Violation } from './violation.ts';

/** The content of one folder as nodes: its folders (`gc/`) and its own files. */
interface Siblings {
  /** The folder, relative to the root. */
  readonly within: string;
  /** For each node, the nodes that it imports from, each with one such import. */
  readonly imports: Map<string, Map<string, string>>;
}

/**
 * The folders of one parent form a stack: none is reachable from itself, through the others or through the files
 * next to them. Imports of types count. Tests, and files that tests share, do not: a test in a low folder
 * may start the whole server.
 */
export function checkFolderCycles(graph: SourceGraph): Violation[] {
  return siblingsOf(graph).flatMap(({ within, imports }) => {
    const edges = new Map([...imports].map(([node, to]) => [node, [...to.keys()]]));
    return knots(edges)
      .filter((knot) => knot.some((node) => node.endsWith('/')))
      .map((knot) => violationOf(within, imports, shortestCycle(edges, knot), knot));
  });
}

function siblingsOf(graph: SourceGraph): Siblings[] {
  const all = new Map<string, Siblings>();
  for (const file of graph.files.values()) {
    for (const imported of importedSources(graph, file)) {
      const { within, from, to } = whereTheyPart(file.path, imported.path);
      const siblings = all.get(within) ?? { within, imports: new Map() };
      all.set(within, siblings);
      const targets = siblings.imports.get(from) ?? new Map<string, string>();
      siblings.imports.set(from, targets);
      if (!targets.has(to)) targets.set(to, `${file.path} imports ${imported.path}`);
    }
  }
  return [...all.values()];
}

function importedSources(graph: SourceGraph, file: SourceFile): SourceFile[] {
  if (file.role === 'test') return [];
  return file.imports.flatMap(({ target }) => {
    const imported = importedFile(graph, target, NODE_CONDITIONS);
    return imported?.member === file.member && imported.role === 'source' && imported !== file
      ? [imported]
      : [];
  });
}

/** The deepest folder that contains both files, and the child of it that each of them is, or is in. */
function whereTheyPart(a: string, b: string): { within: string; from: string; to: string } {
  const [from, to] = [a.split('/'), b.split('/')];
  const at = from.findIndex((name, index) => name !== to[index]);
  const nodeOf = (names: readonly string[]): string =>
    `${names[at]}${names.length > at + 1 ? '/' : ''}`;
  return { within: from.slice(0, at).join('/'), from: nodeOf(from), to: nodeOf(to) };
}

function violationOf(
  within: string,
  imports: Siblings['imports'],
  cycle: readonly string[],
  knot: readonly string[],
): Violation {
  const steps = cycle.slice(1).map((node, index) => imports.get(cycle[index] ?? '')?.get(node));
  return {
    path: within,
    message: `has folders that import each other (${knot.join(', ')}): ${cycle.join(' → ')}, for ${steps.join(', and ')}. Say which builds on which, and move what the lower one needs down, or pass it in.`,
  };
}
