import { execFileSync } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  symlinkSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { REPOSITORY_ROOT } from '../workspace/repository-root.ts';
import { readWorkspace } from '../workspace/workspace.ts';

/**
 * Copies the files of this repository, as they are now, into a new temporary folder. What is installed
 * is linked, and the packages of this repository are those of the copy. Whoever calls it removes it.
 */
export function makeWorkingCopy(): string {
  const copy = mkdtempSync(join(tmpdir(), 'tidemark-copy-'));
  for (const path of sourceFiles()) {
    mkdirSync(dirname(join(copy, path)), { recursive: true });
    copyFileSync(join(REPOSITORY_ROOT, path), join(copy, path));
  }
  linkInstalled(copy);
  return copy;
}

/** The files that git knows or would take, without those that are deleted. */
function sourceFiles(): string[] {
  const listed = execFileSync(
    'git',
    ['ls-files', '-z', '--cached', '--others', '--exclude-standard'],
    { cwd: REPOSITORY_ROOT, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 },
  );
  return listed
    .split('\0')
    .filter((path) => path !== '' && existsSync(join(REPOSITORY_ROOT, path)));
}

function linkInstalled(copy: string): void {
  const { members } = readWorkspace(copy);
  const ours = join(copy, 'node_modules', '@tidemark');
  mkdirSync(ours, { recursive: true });
  for (const name of readdirSync(join(REPOSITORY_ROOT, 'node_modules'))) {
    // Hidden are the caches of tools, which belong to one checkout.
    if (name === '@tidemark' || name.startsWith('.')) continue;
    symlinkSync(join(REPOSITORY_ROOT, 'node_modules', name), join(copy, 'node_modules', name));
  }
  for (const { folder, manifest, kind } of members) {
    const own = join(REPOSITORY_ROOT, folder, 'node_modules');
    if (existsSync(own)) symlinkSync(own, join(copy, folder, 'node_modules'));
    const [scope, name] = manifest.name.split('/');
    if (kind !== 'packages' || scope !== '@tidemark' || name === undefined) continue;
    symlinkSync(join(copy, folder), join(ours, name));
  }
}
