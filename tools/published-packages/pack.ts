import { execFile } from 'node:child_process';
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { isJsonObject, type JsonObject } from '../workspace/json.ts';
import { parseManifest } from '../workspace/manifest.ts';
import { REPOSITORY_ROOT } from '../workspace/repository-root.ts';

const run = promisify(execFile);

/** A package as npm would publish it. */
export interface PackedPackage {
  readonly name: string;
  /** The tarball. */
  readonly path: string;
  /** The paths in it, relative to the package's folder. */
  readonly files: readonly string[];
}

/** Builds every package, as `npm run build` does. */
export async function buildPackages(folders: readonly string[]): Promise<void> {
  const compiler = join(REPOSITORY_ROOT, 'node_modules', 'typescript', 'bin', 'tsc');
  const projects = folders.map((folder) => join(REPOSITORY_ROOT, 'packages', folder));
  await run(process.execPath, [compiler, '-b', ...projects], { cwd: REPOSITORY_ROOT });
  // All packages are compiled now. The rest is for packages that do more than compile, such as the bundle.
  for (const folder of folders) {
    const path = join(REPOSITORY_ROOT, 'packages', folder, 'package.json');
    const { scripts } = parseManifest(await readFile(path, 'utf8'), path);
    if (scripts.build === undefined || scripts.build === 'tsc -b') continue;
    await run('npm', ['run', 'build', '--workspace', `packages/${folder}`], {
      cwd: REPOSITORY_ROOT,
    });
  }
}

/** Packs packages into a folder with `npm pack`. */
export async function packPackages(
  folders: readonly string[],
  target: string,
): Promise<PackedPackage[]> {
  await mkdir(target, { recursive: true });
  const workspaces = folders.flatMap((folder) => ['--workspace', `packages/${folder}`]);
  const { stdout } = await run(
    'npm',
    ['pack', '--json', '--ignore-scripts', '--pack-destination', target, ...workspaces],
    { cwd: REPOSITORY_ROOT, maxBuffer: 64 * 1024 * 1024 },
  );
  return items(JSON.parse(stdout)).map((report) => ({
    name: String(report.name),
    path: join(target, String(report.filename)),
    files: items(report.files).map(({ path }) => String(path)),
  }));
}

function items(value: unknown): JsonObject[] {
  return Array.isArray(value) ? value.filter(isJsonObject) : [];
}
