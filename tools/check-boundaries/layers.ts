import type { Member } from '../workspace/workspace.ts';
import { EXAMPLE_RULE, PACKAGE_RULES, type PackageRule, TEST_ONLY_PACKAGES } from './rules.ts';
import type { ResolvedImport, SourceFile, SourceGraph } from './source-graph.ts';
import type { Violation } from './violation.ts';

/** The rule of a member, or `undefined` for a package that the table does not name. */
export function ruleOf(member: Member): PackageRule | undefined {
  return member.kind === 'examples' ? EXAMPLE_RULE : PACKAGE_RULES[member.shortName];
}

/**
 * Packages import each other only as the table allows. Tests may also import what devDependencies lists. Imports go
 * through entries, never by `../`, and sources import nothing that is for tests.
 */
export function checkLayers(graph: SourceGraph): Violation[] {
  const unknown = graph.workspace.members
    .filter((member) => ruleOf(member) === undefined)
    .map((member) => ({
      path: `${member.folder}/package.json`,
      message: 'is a package without a rule: add it to tools/check-boundaries/rules.ts.',
    }));
  const broken = [...graph.files.values()].flatMap((file) =>
    file.imports.flatMap((statement) => {
      const message = brokenBy(graph, file, statement);
      return message === undefined ? [] : [{ path: file.path, line: statement.line, message }];
    }),
  );
  return [...unknown, ...broken];
}

function brokenBy(
  graph: SourceGraph,
  file: SourceFile,
  { specifier, target }: ResolvedImport,
): string | undefined {
  if (target.kind === 'file' && !target.path.startsWith(`${file.member.folder}/`)) {
    return `imports ${specifier}, which leaves its package: import the other package by its name.`;
  }
  if (target.kind === 'file' && file.role === 'source') {
    return graph.files.get(target.path)?.role === 'test'
      ? `imports ${specifier}, which is only for tests and not built.`
      : undefined;
  }
  if (target.kind !== 'member') return undefined;
  if (target.member.manifest.exports[target.entry] === undefined) {
    return `imports ${specifier}, which ${target.member.manifest.name} does not export: use one of its entries.`;
  }
  if (target.member === file.member) return undefined;
  if (TEST_ONLY_PACKAGES.includes(target.member.shortName)) {
    return file.role === 'test' || TEST_ONLY_PACKAGES.includes(file.member.shortName)
      ? undefined
      : `imports ${specifier}, which is only for tests.`;
  }
  const forTests =
    file.role === 'test' && target.member.manifest.name in file.member.manifest.devDependencies;
  return forTests || mayImport(file.member, target.member, target.entry)
    ? undefined
    : `imports ${specifier}, but the table lets ${file.member.shortName} import ${allowedNames(file.member)}.`;
}

function mayImport(from: Member, to: Member, entry: string): boolean {
  const allowed = ruleOf(from)?.mayImport ?? 'every';
  // Examples share their data with each other, and no package depends on an example.
  if (from.kind === 'examples' && to.kind === 'examples') return true;
  if (allowed === 'every') return to.kind === 'packages';
  const withEntry = entry.replace(/^\./, to.shortName);
  return to.kind === 'packages' && (allowed.includes(to.shortName) || allowed.includes(withEntry));
}

function allowedNames(member: Member): string {
  const allowed = ruleOf(member)?.mayImport ?? 'every';
  if (allowed === 'every') return 'only packages';
  return allowed.length === 0 ? 'none of ours' : `only ${allowed.join(', ')}`;
}
