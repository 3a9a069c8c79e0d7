import type { Workspace } from '../workspace/workspace.ts';
import { checkBarrels } from './barrels.ts';
import { checkBrowserReach } from './browser-reach.ts';
import { checkCycles } from './cycles.ts';
import { checkDeclared } from './declared.ts';
import { checkFolderCycles } from './folder-cycles.ts';
import { checkLayers } from './layers.ts';
import type { Wall } from './rules.ts';
import { readSourceGraph, type SourceGraph } from './source-graph.ts';
import type { Violation } from './violation.ts';
import { checkWalls } from './walls.ts';

const RULES: readonly ((graph: SourceGraph) => Violation[])[] = [
  checkLayers,
  checkDeclared,
  checkBrowserReach,
  checkCycles,
  checkFolderCycles,
  checkBarrels,
];

/** Every broken rule of the workspace and of the walls in it, and how many files were read. */
export function checkBoundaries(
  workspace: Workspace,
  walls: readonly Wall[],
): {
  readonly violations: Violation[];
  readonly fileCount: number;
} {
  const graph = readSourceGraph(workspace);
  return {
    violations: [...RULES.flatMap((rule) => rule(graph)), ...checkWalls(graph, walls)],
    fileCount: graph.files.size,
  };
}
