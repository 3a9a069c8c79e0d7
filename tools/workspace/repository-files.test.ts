import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { REPOSITORY_ROOT } from './repository-root.ts';

/** The files that a process lists with this search path, on which it may find git. */
function filesWith(path: string): string[] {
  const module = JSON.stringify(join(import.meta.dirname, 'repository-files.ts'));
  const program = `import { repositoryFiles } from ${module};
    process.stdout.write(JSON.stringify(repositoryFiles()));`;
  const args = ['--import', 'tsx', '--input-type=module', '-e', program];
  const { stdout } = spawnSync(process.execPath, args, {
    ...{ cwd: REPOSITORY_ROOT, encoding: 'utf8' },
    env: { ...process.env, PATH: path },
    maxBuffer: 64 * 1024 * 1024,
  });
  return JSON.parse(stdout) as string[];
}

it('the files of the repository are found with git and without it', () => {
  const [known, walked] = [process.env.PATH ?? '', ''].map(filesWith) as [string[], string[]];
  for (const files of [known, walked]) {
    expect(files).toContain('ARCHITECTURE.md');
    expect(files).toContain('tools/workspace/repository-files.ts');
    expect(files).toContain('packages/github-action/dist/index.js');
    expect(files.filter((path) => /(?:^|\/)(?:node_modules|\.git|\.reports)\//.test(path))).toEqual(
      [],
    );
  }
  // Both list every page and every source of the packages.
  const sources = (files: string[]) =>
    files.filter(
      (path) =>
        /^(?:packages|docs|tools)\/.*\.(?:ts|md)$/.test(path) && !path.includes('/tidemark/'),
    );
  expect(sources(walked)).toEqual(sources(known));
});
