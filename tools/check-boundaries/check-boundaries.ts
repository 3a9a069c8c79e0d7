import type { Workspace } from '../workspace/workspace.ts';
import { checkBarrels } from './barrels.ts';
import { checkBrowserReach } from './browser-reach.ts';
import { checkCycles } from './cycles.ts';
import { checkDeclared } from './declared.ts';
import { checkLayers } from './layers.ts';
import { readSourceGraph, type SourceGraph } from './source-graph.ts';
import type { Violation } from './violation.ts';

const RULES: readonly ((graph: SourceGraph) => Violation[])[] = [
  checkLayers,
  checkDeclared,
  checkBrowserReach,
  checkCycles,
  checkBarrels,
];

/** Every broken rule of the workspace, and how many files were read. */
export function checkBoundaries(workspace: Workspace): {
  readonly violations: Violation[];
  readonly fileCount: number;
} {
  const graph = readSourceGraph(workspace);
  return {
    violations: RULES.flatMap((rule) => rule(graph)),
    fileCount: graph.files.size,
  };
}
