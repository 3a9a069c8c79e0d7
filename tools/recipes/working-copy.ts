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
import { repositoryFiles } from '../workspace/repository-files.ts';
import { REPOSITORY_ROOT } from '../workspace/repository-root.ts';
import { readWorkspace } from '../workspace/workspace.ts';

/**
 * Copies the current files of this repository into a new temporary folder. Installed packages are linked,
 * and this repository's packages resolve to the copy. The caller must remove the folder.
 */
export function makeWorkingCopy(): string {
  const copy = mkdtempSync(join(tmpdir(), 'tidemark-copy-'));
  for (const path of repositoryFiles()) {
    mkdirSync(dirname(join(copy, path)), { recursive: true });
    copyFileSync(join(REPOSITORY_ROOT, path), join(copy, path));
  }
  linkInstalled(copy);
  return copy;
}

function linkInstalled(copy: string): void {
  const { members } = readWorkspace(copy);
  const ours = join(copy, 'node_modules', '@tidemark');
  mkdirSync(ours, { recursive: true });
  for (const name of readdirSync(join(REPOSITORY_ROOT, 'node_modules'))) {
    // Hidden folders are caches of tools, which belong to one checkout.
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
