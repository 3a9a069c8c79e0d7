import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { parseManifest } from '../workspace/manifest.ts';
import { REPOSITORY_ROOT } from '../workspace/repository-root.ts';
import { buildPackages, type PackedPackage, packPackages } from './pack.ts';

const run = promisify(execFile);

/** The folder of the tarballs in the project, whose package.json refers to them. */
const TARBALLS = 'tidemark-tarballs';

/**
 * Builds every package that is published, packs it into `tidemark-tarballs` of a project, and installs the
 * tarballs there with npm. `flags` are further arguments of `npm install`, such as packages.
 */
export async function installInto(
  project: string,
  flags: readonly string[] = [],
  env: NodeJS.ProcessEnv = process.env,
): Promise<PackedPackage[]> {
  const folders = await publishedFolders();
  await buildPackages(folders);
  const packed = await packPackages(folders, join(project, TARBALLS));
  const tarballs = packed.map(({ path }) => path);
  const args = ['install', '--no-audit', '--no-fund', ...tarballs, ...flags];
  await run('npm', args, { cwd: project, env, maxBuffer: 64 * 1024 * 1024 });
  return packed;
}

async function publishedFolders(): Promise<string[]> {
  const folders = await readdir(join(REPOSITORY_ROOT, 'packages'));
  const published: string[] = [];
  for (const folder of folders.sort()) {
    const path = join(REPOSITORY_ROOT, 'packages', folder, 'package.json');
    if (!parseManifest(await readFile(path, 'utf8'), path).private) published.push(folder);
  }
  return published;
}
