import type { Member } from '../workspace/workspace.ts';
import { ruleOf } from './layers.ts';
import { BROWSER_CONDITIONS } from './rules.ts';
import { entryFile, importedFile, type SourceFile, type SourceGraph } from './source-graph.ts';
import type { Violation } from './violation.ts';

/**
 * Browser entries reach no module of Node, not even through our other packages (resolved as a bundler for
 * browsers does). Imports of types count, because the published types would need Node's.
 */
export function checkBrowserReach(graph: SourceGraph): Violation[] {
  return graph.workspace.members.flatMap((member) =>
    browserEntries(member).flatMap((entry) => {
      const path = entryFile(member, entry, BROWSER_CONDITIONS);
      const file = path === undefined ? undefined : graph.files.get(path);
      return file === undefined
        ? [
            {
              path: `${member.folder}/package.json`,
              message: `has no source for its browser entry "${entry}": ${path ?? 'its "@tidemark/source"'} is missing.`,
            },
          ]
        : nodeModulesReached(graph, member, entry, file);
    }),
  );
}

/** The entries of a member that the table wants free of Node. */
export function browserEntries(member: Member): string[] {
  const entries = ruleOf(member)?.browserEntries ?? [];
  return entries === 'every'
    ? Object.keys(member.manifest.exports).filter((entry) => !entry.endsWith('.json'))
    : [...entries];
}

function nodeModulesReached(
  graph: SourceGraph,
  member: Member,
  entry: string,
  start: SourceFile,
): Violation[] {
  const trails = new Map<SourceFile, readonly string[]>([[start, [start.path]]]);
  const violations: Violation[] = [];
  for (const [file, trail] of trails) {
    for (const { target, line } of file.imports) {
      if (target.kind === 'builtin') {
        violations.push({
          path: file.path,
          line,
          message: `imports ${target.name}, but the browser entry "${entry}" of ${member.shortName} leads here: ${trail.join(' → ')}.`,
        });
      }
      const next = importedFile(graph, target, BROWSER_CONDITIONS);
      if (next !== undefined && !trails.has(next)) trails.set(next, [...trail, next.path]);
    }
  }
  return violations;
}
