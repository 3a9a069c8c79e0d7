import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { exportedNames } from '../check-exports/exported-names.ts';
import { exportTarget, parseManifest } from '../workspace/manifest.ts';
import { REPOSITORY_ROOT } from '../workspace/repository-root.ts';
import type { ShownSnippet } from './pages.ts';
import { snippetsOf } from './snippets.ts';

/** The entries of a package whose names its examples use without an import. */
const ENTRIES = ['', '/node'];

/** The values that examples use without a declaration, with their types in `@tidemark/core`. */
const GIVEN = { store: 'Store', other: 'Store', run: 'Run', runId: 'RunId', model: 'LoggedModel' };
/** The same for values that are strings, or numbers of bytes. */
const GIVEN_SIMPLE = {
  requestId: 'string',
  notedHash: 'string',
  sha256: 'string',
  sizeBytes: 'number',
};

/** Matches an export at its declaration: the kind and the name. */
const EXPORTED = /^export (?:async )?(function|class|const|type|interface) (\w+)/gm;

/** The TypeScript examples of the doc comments in the sources of all packages, each with the declarations it assumes. */
export function shownExamples(): ShownSnippet[] {
  const sources = execFileSync('git', ['grep', '-l', '@example', '--', 'packages/*/src/*.ts'], {
    cwd: REPOSITORY_ROOT,
    encoding: 'utf8',
  });
  const examples = sources
    .trim()
    .split('\n')
    .filter((page) => !page.endsWith('.test.ts'))
    .flatMap((page) =>
      examplesOf(readFileSync(join(REPOSITORY_ROOT, page), 'utf8'), page).filter(
        ({ language }) => language === 'ts',
      ),
    );
  return examples.map(completed);
}

/** The fenced blocks of the doc comments in the text of a source file that have an `@example`, in their order. */
export function examplesOf(source: string, page: string): ShownSnippet[] {
  return [...source.matchAll(/^[^\S\n]*\/\*\*[^\S\n]*\n.*?\*\//gms)]
    .filter(([comment]) => comment.includes('@example'))
    .flatMap(({ 0: comment, index }) => {
      const before = source.slice(0, index).split('\n').length - 1;
      const text = comment.replace(/^[^\S\n]*\* ?/gm, '');
      return snippetsOf(text).map((snippet) => ({
        ...snippet,
        line: before + snippet.line,
        page,
      }));
    });
}

/**
 * Declares the given names that an example uses, and imports those that its package exports, and else those that its
 * file exports: at the end, so that no line moves.
 */
function completed(example: ShownSnippet): ShownSnippet {
  const folder = example.page.replace(/\/src\/.*$/, '');
  const manifest = join(REPOSITORY_ROOT, folder, 'package.json');
  const { name, exports } = parseManifest(readFileSync(manifest, 'utf8'), manifest);
  const isLacking = (word: string): boolean =>
    new RegExp(`\\b${word}\\b`).test(example.code) &&
    !new RegExp(`\\b(?:import|const) (?:type )?(?:\\{[^}]*)?\\b${word}\\b`).test(code);
  const file = join(REPOSITORY_ROOT, example.page);
  let code = example.code.replace(/(?<= from ')\.[^']*(?=';)/g, (path) =>
    join(dirname(file), path),
  );
  for (const [given, type] of Object.entries(GIVEN).filter(([word]) => isLacking(word))) {
    code += `declare var ${given}: import('@tidemark/core').${type};\n`;
  }
  for (const [given, type] of Object.entries(GIVEN_SIMPLE).filter(([word]) => isLacking(word))) {
    code += `declare var ${given}: ${type};\n`;
  }
  for (const entry of ENTRIES) {
    const source = exportTarget(exports, `.${entry}`, ['@tidemark/source']);
    if (source === undefined) continue;
    const lacking = valuesOf(join(REPOSITORY_ROOT, folder, source)).filter(isLacking);
    if (lacking.length > 0) code += `import { ${lacking.join(', ')} } from '${name}${entry}';\n`;
  }
  for (const { 1: kind, 2: name = '' } of readFileSync(file, 'utf8').matchAll(EXPORTED)) {
    if (!isLacking(name)) continue;
    code += `import ${kind === 'type' || kind === 'interface' ? 'type ' : ''}{ ${name} } from '${file}';\n`;
  }
  return { ...example, code };
}

/** The values that the file of an entry exports. */
function valuesOf(path: string): readonly string[] {
  return exportedNames(readFileSync(path, 'utf8'), path).values;
}
