import type { Member } from '../workspace/workspace.ts';
import { ruleOf } from './layers.ts';
import { HOST_LIBRARIES, TEST_ONLY_PACKAGES } from './rules.ts';
import type { ResolvedImport, SourceFile, SourceGraph } from './source-graph.ts';
import type { Violation } from './violation.ts';

/** Every import is declared in the package's own package.json, and host libraries are declared as peers. */
export function checkDeclared(graph: SourceGraph): Violation[] {
  const undeclared = [...graph.files.values()].flatMap((file) =>
    file.imports.flatMap((statement) => {
      const message = undeclaredBy(graph, file, statement);
      return message === undefined ? [] : [{ path: file.path, line: statement.line, message }];
    }),
  );
  return [...undeclared, ...graph.workspace.members.flatMap(bundledHosts)];
}

function undeclaredBy(
  graph: SourceGraph,
  file: SourceFile,
  { specifier, target }: ResolvedImport,
): string | undefined {
  if (target.kind === 'computed' && file.role === 'source') {
    return 'imports a module by a computed name, which no check can follow: write the name out.';
  }
  const name = importedPackage(file, target);
  if (name === undefined) return undefined;
  const { dependencies, peerDependencies, devDependencies } = file.member.manifest;
  if (name in dependencies || name in peerDependencies) return undefined;
  const where = `${file.member.folder}/package.json`;
  if (file.role === 'source' && !isBundled(file)) {
    return `imports ${specifier}, which ${where} lists in neither dependencies nor peerDependencies.`;
  }
  return name in devDependencies || name in graph.workspace.manifest.devDependencies
    ? undefined
    : `imports ${specifier}, which ${where} does not list (devDependencies is enough here).`;
}

function isBundled({ path, member }: SourceFile): boolean {
  const inner = path.slice(member.folder.length + 1);
  return ruleOf(member)?.bundled?.some((folder) => inner.startsWith(folder)) === true;
}

/** The package that has to be declared, or `undefined` when the import needs no declaration. */
function importedPackage(file: SourceFile, target: ResolvedImport['target']): string | undefined {
  if (target.kind === 'external') return target.name;
  if (target.kind !== 'member' || target.member === file.member) return undefined;
  return file.role === 'test' && TEST_ONLY_PACKAGES.includes(target.member.shortName)
    ? undefined
    : target.member.manifest.name;
}

function bundledHosts(member: Member): Violation[] {
  if (ruleOf(member)?.hosts !== 'peer') return [];
  return HOST_LIBRARIES.filter((host) => host in member.manifest.dependencies).map((host) => ({
    path: `${member.folder}/package.json`,
    message: `has ${host} as a dependency, but its users bring it along: make it a peer dependency.`,
  }));
}
