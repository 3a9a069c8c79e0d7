import { posix } from 'node:path';
import { exportedFiles } from '../workspace/manifest.ts';
import type { SourceGraph } from './source-graph.ts';
import type { Violation } from './violation.ts';

/** Only the entries that package.json exports may consist of re-exports. */
export function checkBarrels(graph: SourceGraph): Violation[] {
  const entries = new Set(
    graph.workspace.members.flatMap((member) =>
      exportedFiles(member.manifest.exports).map((path) => posix.join(member.folder, path)),
    ),
  );
  return [...graph.files.values()]
    .filter((file) => file.barrel && !entries.has(file.path))
    .map((file) => ({
      path: file.path,
      message:
        'only re-exports other files, and is not an entry of its package: import those files.',
    }));
}
