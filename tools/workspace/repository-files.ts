import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { REPOSITORY_ROOT } from './repository-root.ts';

/** Names that are never sources: the entries of .gitignore that apply at any depth, and git's own folder. */
const NO_SOURCES: ReadonlySet<string> = new Set([
  ...['.git', 'node_modules', 'dist', '.turbo', '.reports', '.DS_Store', 'tidemark-demo'],
]);

/**
 * The files of this repository as paths from its root, sorted: those that git knows or would take, without those
 * that are deleted. Where git does not tell, as in an unpacked archive, all files but those that programs make.
 */
export function repositoryFiles(): string[] {
  const listed = listedByGit() ?? filesIn('');
  return listed.filter((path) => existsSync(join(REPOSITORY_ROOT, path))).sort();
}

function listedByGit(): string[] | undefined {
  // Git would take the files of a repository around this one for its own.
  if (!existsSync(join(REPOSITORY_ROOT, '.git'))) return undefined;
  try {
    const args = ['ls-files', '-z', '--cached', '--others', '--exclude-standard'];
    const listed = execFileSync('git', args, {
      cwd: REPOSITORY_ROOT,
      encoding: 'utf8',
      maxBuffer: 64 * 1024 * 1024,
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    return listed.split('\0').filter((path) => path !== '');
  } catch {
    // Not installed, or the checkout belongs to another user, which git refuses.
    return undefined;
  }
}

function filesIn(folder: string): string[] {
  return readdirSync(join(REPOSITORY_ROOT, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
    // The bundle of the gate is made, and committed.
    if (NO_SOURCES.has(entry.name) && path !== 'packages/github-action/dist') return [];
    return entry.isDirectory() ? filesIn(path) : [path];
  });
}
