import { readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { join, posix } from 'node:path';
import { exportTarget } from '../workspace/manifest.ts';
import { filesBelow, type Member, type Workspace } from '../workspace/workspace.ts';
import { type ImportStatement, parseSource } from './imports-of.ts';

/** The target of an import. Paths are relative to the root, with `/`. */
export type ImportTarget =
  | { readonly kind: 'builtin'; readonly name: string }
  /** A relative import; `path` need not exist. */
  | { readonly kind: 'file'; readonly path: string }
  /** A workspace member; `entry` is `.` or `./name`, whether exported or not. */
  | { readonly kind: 'member'; readonly member: Member; readonly entry: string }
  /** A name of the member's own `imports`, such as `#platform`. */
  | { readonly kind: 'own'; readonly member: Member; readonly name: string }
  | { readonly kind: 'external'; readonly name: string }
  | { readonly kind: 'computed' };

/** An import with its target. */
export interface ResolvedImport extends ImportStatement {
  readonly target: ImportTarget;
}

/** A file of a workspace member. */
export interface SourceFile {
  /** Relative to the root, with `/`. */
  readonly path: string;
  readonly member: Member;
  /** `test` means neither built nor published: tests, files that they share in testing/, benchmarks. */
  readonly role: 'source' | 'test';
  readonly imports: readonly ResolvedImport[];
  readonly barrel: boolean;
}

/** Every file of every member, by path. */
export interface SourceGraph {
  readonly workspace: Workspace;
  readonly files: ReadonlyMap<string, SourceFile>;
}

const SOURCE_NAME = /\.(?:ts|tsx|mts|js|mjs|jsx)$/;
const CONFIG_NAME = /^[^/]+\.config\.[a-z]+$/;
const TEST_PATH = /\.(?:test|test-d|bench)\.[a-z]+$|(?:^|\/)(?:testing|bench)\//;

/** Reads and parses every source file of the workspace; tool configuration is left out. */
export function readSourceGraph(workspace: Workspace): SourceGraph {
  const files = new Map<string, SourceFile>();
  for (const member of workspace.members) {
    for (const path of filesBelow(workspace.root, member.folder, SOURCE_NAME)) {
      const inner = path.slice(member.folder.length + 1);
      if (CONFIG_NAME.test(inner) || inner.endsWith('.d.ts')) continue;
      const { imports, barrel } = parseSource(
        readFileSync(join(workspace.root, path), 'utf8'),
        path,
      );
      files.set(path, {
        path,
        member,
        role: TEST_PATH.test(inner) ? 'test' : 'source',
        barrel,
        imports: imports.map((statement) => ({
          ...statement,
          target: resolveImport(workspace, { path, member }, statement.specifier),
        })),
      });
    }
  }
  return { workspace, files };
}

/** The target of `specifier` in the file `from`. */
function resolveImport(
  workspace: Workspace,
  from: { readonly path: string; readonly member: Member },
  specifier: string | undefined,
): ImportTarget {
  if (specifier === undefined) return { kind: 'computed' };
  if (isBuiltin(specifier)) return { kind: 'builtin', name: specifier };
  if (specifier.startsWith('.')) {
    return { kind: 'file', path: posix.join(posix.dirname(from.path), specifier) };
  }
  if (Object.hasOwn(from.member.manifest.imports, specifier)) {
    return { kind: 'own', member: from.member, name: specifier };
  }
  const { name, entry } = splitSpecifier(specifier);
  const member = workspace.members.find((candidate) => candidate.manifest.name === name);
  return member === undefined ? { kind: 'external', name } : { kind: 'member', member, entry };
}

/** The source file behind an entry of a member, or `undefined` when the entry is not exported. */
export function entryFile(
  member: Member,
  entry: string,
  conditions: readonly string[],
): string | undefined {
  const target = exportTarget(member.manifest.exports, entry, conditions);
  return target === undefined ? undefined : posix.join(member.folder, target);
}

/** The source file behind a name of a member's own `imports`. */
function ownFile(member: Member, name: string, conditions: readonly string[]): string | undefined {
  const target = exportTarget(member.manifest.imports, name, conditions);
  return target === undefined ? undefined : posix.join(member.folder, target);
}

/** The file of the graph that an import resolves to under `conditions`, if it is one of ours. */
export function importedFile(
  graph: SourceGraph,
  target: ImportTarget,
  conditions: readonly string[],
): SourceFile | undefined {
  if (target.kind === 'file') return graph.files.get(target.path);
  if (target.kind !== 'member' && target.kind !== 'own') return undefined;
  const path =
    target.kind === 'member'
      ? entryFile(target.member, target.entry, conditions)
      : ownFile(target.member, target.name, conditions);
  return path === undefined ? undefined : graph.files.get(path);
}

function splitSpecifier(specifier: string): { name: string; entry: string } {
  const parts = specifier.split('/');
  const nameLength = specifier.startsWith('@') ? 2 : 1;
  const rest = parts.slice(nameLength);
  return {
    name: parts.slice(0, nameLength).join('/'),
    entry: rest.length === 0 ? '.' : `./${rest.join('/')}`,
  };
}
