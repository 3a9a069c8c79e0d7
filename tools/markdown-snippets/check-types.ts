import { execFile } from 'node:child_process';
import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { REPOSITORY_ROOT } from '../workspace/repository-root.ts';
import { setupOf } from './page-setup.ts';
import type { ShownSnippet } from './pages.ts';

/**
 * The compiler's errors in TypeScript snippets, each compiled as a module next to the setup of its page: a line for
 * each error, with its page and line. Unused variables do not count.
 */
export async function typeErrors(snippets: readonly ShownSnippet[]): Promise<string[]> {
  const project = await mkdtemp(join(tmpdir(), 'tidemark-snippets-'));
  try {
    await symlink(join(REPOSITORY_ROOT, 'node_modules'), join(project, 'node_modules'), 'dir');
    for (const [index, { code }] of snippets.entries()) {
      await writeFile(join(project, `snippet-${index}.mts`), code);
    }
    const setup = snippets.map(({ page }) => setupOf(page));
    const config = {
      extends: join(REPOSITORY_ROOT, 'tsconfig.base.json'),
      compilerOptions: {
        ...{ noEmit: true, types: ['node'], noUnusedLocals: false, noUnusedParameters: false },
        ...{ declaration: false, declarationMap: false, isolatedDeclarations: false },
        rewriteRelativeImportExtensions: false,
      },
      files: [
        ...snippets.map((_, index) => `snippet-${index}.mts`),
        ...new Set(setup.filter((path) => path !== undefined)),
      ],
    };
    await writeFile(join(project, 'tsconfig.json'), JSON.stringify(config));
    const output = await compile(project);
    return output
      .split('\n')
      .filter((line) => line.includes(': error '))
      .map((line) =>
        line.replace(/^snippet-(\d+)\.mts\((\d+),\d+\)/, (_, index, inside) => {
          const snippet = snippets[Number(index)];
          return `${snippet?.page}:${Number(snippet?.line) + Number(inside)}`;
        }),
      );
  } finally {
    await rm(project, { recursive: true, force: true });
  }
}

function compile(project: string): Promise<string> {
  const compiler = join(REPOSITORY_ROOT, 'node_modules', 'typescript', 'bin', 'tsc');
  return new Promise((resolve, reject) => {
    execFile(
      process.execPath,
      // One checker, because each of several checks the types that they share.
      [compiler, '-p', project, '--pretty', 'false', '--checkers', '1'],
      { cwd: project, maxBuffer: 64 * 1024 * 1024 },
      (error, stdout, stderr) => {
        // It exits with 1 or 2 for errors that it lists, and with another code when it fails itself.
        if (error === null || (Number(error.code) <= 2 && stdout.includes(': error ')))
          resolve(stdout);
        else reject(new Error(`The compiler failed: ${stdout}${stderr}`, { cause: error }));
      },
    );
  });
}
