import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
// Marked unstable, and pinned. The compiler as a program has no way to check only a few files of a project.
import { API, type Diagnostic } from 'typescript/unstable/sync';
import { REPOSITORY_ROOT } from '../workspace/repository-root.ts';
import { setupOf } from './page-setup.ts';
import type { ShownSnippet } from './pages.ts';

/**
 * The compiler's errors in TypeScript snippets, each a module next to the setup of its page: a line for each error,
 * with its page and line. Unused variables do not count. The sources that snippets import are not checked.
 */
export async function typeErrors(snippets: readonly ShownSnippet[]): Promise<string[]> {
  const project = await mkdtemp(join(tmpdir(), 'tidemark-snippets-'));
  const files = snippets.map((_, index) => join(project, `snippet-${index}.mts`));
  const tsconfig = join(project, 'tsconfig.json');
  try {
    await symlink(join(REPOSITORY_ROOT, 'node_modules'), join(project, 'node_modules'), 'dir');
    await Promise.all(snippets.map(({ code }, index) => writeFile(files[index] as string, code)));
    const setups = snippets.map(({ page }) => setupOf(page)).filter((path) => path !== undefined);
    const config = {
      extends: join(REPOSITORY_ROOT, 'tsconfig.base.json'),
      compilerOptions: {
        ...{ noEmit: true, types: ['node'], noUnusedLocals: false, noUnusedParameters: false },
        ...{ declaration: false, declarationMap: false, isolatedDeclarations: false },
        rewriteRelativeImportExtensions: false,
      },
      files: [...files, ...new Set(setups)],
    };
    await writeFile(tsconfig, JSON.stringify(config));
    return errorsIn(tsconfig, files).map(({ fileName, pos, code, text }) => {
      const snippet = snippets[files.indexOf(fileName ?? '')];
      if (snippet === undefined) return `${fileName ?? tsconfig}: error TS${code}: ${text}`;
      const inside = snippet.code.slice(0, pos).split('\n').length;
      return `${snippet.page}:${snippet.line + inside}: error TS${code}: ${text}`;
    });
  } finally {
    await rm(project, { recursive: true, force: true });
  }
}

/** What the compiler finds wrong with a project as a whole, and with these files of it. */
function errorsIn(tsconfig: string, files: readonly string[]): Diagnostic[] {
  const api = new API({ cwd: REPOSITORY_ROOT });
  try {
    const program = api.updateSnapshot({ openProjects: [tsconfig] }).getProject(tsconfig)?.program;
    if (program === undefined) throw new Error(`The compiler does not open ${tsconfig}.`);
    return [
      ...program.getConfigFileParsingDiagnostics(),
      ...program.getProgramDiagnostics(),
      ...files.flatMap((file) => [
        ...program.getSyntacticDiagnostics(file),
        ...program.getSemanticDiagnostics(file),
      ]),
    ];
  } finally {
    api.close();
  }
}
