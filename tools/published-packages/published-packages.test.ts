import { execFile } from 'node:child_process';
import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseJsonObject } from '../workspace/json.ts';
import { parseManifest } from '../workspace/manifest.ts';
import { REPOSITORY_ROOT } from '../workspace/repository-root.ts';
import { buildPackages, type PackedPackage, packPackages } from './pack.ts';

// What a stranger gets: every package packed, installed by npm into an empty project, and used there,
// with nothing of this repository in reach.

const HOSTS = ['@tensorflow/tfjs', '@duckdb/node-api', 'apache-arrow', 'typescript', '@types/node'];
const MINUTE_MS = 60_000;
const run = promisify(execFile);

let project: string;
let packed: PackedPackage[];

async function publishedFolders(): Promise<string[]> {
  const folders = await readdir(join(REPOSITORY_ROOT, 'packages'));
  const published: string[] = [];
  for (const folder of folders.sort()) {
    const path = join(REPOSITORY_ROOT, 'packages', folder, 'package.json');
    if (!parseManifest(await readFile(path, 'utf8'), path).private) published.push(folder);
  }
  return published;
}

/** Installs what the repository itself has locked, so that the registry is asked for nothing new. */
async function hostVersions(): Promise<string[]> {
  return Promise.all(
    HOSTS.map(async (name) => {
      const path = join(REPOSITORY_ROOT, 'node_modules', name, 'package.json');
      const { version } = parseJsonObject(await readFile(path, 'utf8'), path);
      return `${name}@${String(version)}`;
    }),
  );
}

/** Runs a program of the project, without this test's own environment leaking in. */
async function inProject(command: string, args: readonly string[]): Promise<string> {
  const {
    NODE_OPTIONS: _,
    TIDEMARK_TRACKING_URI: __,
    MLFLOW_TRACKING_URI: ___,
    ...env
  } = process.env;
  const { stdout } = await run(command, args, { cwd: project, env, timeout: 2 * MINUTE_MS });
  return stdout;
}

beforeAll(async () => {
  project = await mkdtemp(join(tmpdir(), 'tidemark-installed-'));
  const folders = await publishedFolders();
  await buildPackages(folders);
  packed = await packPackages(folders, join(project, 'tarballs'));
  await cp(new URL('project', import.meta.url), project, { recursive: true });
  await writeFile(
    join(project, 'package.json'),
    '{"name":"stranger","private":true,"type":"module"}',
  );
  const tarballs = packed.map(({ path }) => path);
  const flags = ['--prefer-offline', '--no-audit', '--no-fund', '--ignore-scripts'];
  await inProject('npm', ['install', ...flags, ...tarballs, ...(await hostVersions())]);
}, 10 * MINUTE_MS);

afterAll(() => rm(project, { recursive: true, force: true }));

describe('a published package', () => {
  it('holds what it exports, its licence and its README, and no tests', async () => {
    expect(packed.length).toBeGreaterThanOrEqual(8);
    for (const { name, files } of packed) {
      const path = join(project, 'node_modules', name, 'package.json');
      const manifest = parseJsonObject(await readFile(path, 'utf8'), path);
      expect(manifest).toMatchObject({ license: 'Apache-2.0', type: 'module' });
      const targets = leaves([manifest.exports, manifest.bin]);
      expect(files).toEqual(expect.arrayContaining(['LICENSE', 'README.md', ...targets]));
      expect(
        files.filter((file) => /\.test\.|\/testing\/|tsbuildinfo|\/bench\//.test(file)),
      ).toEqual([]);
    }
  });

  it('has types that a strict program takes, its own declarations checked too', async () => {
    await inProject('npx', ['tsc', '-p', 'tsconfig.json']);
    await inProject('npx', ['tsc', '-p', 'tsconfig.declarations.json']);
  });

  it('records a training with autolog, in TypeScript', async () => {
    await inProject('node', ['out/train.js']);
  });

  it('queries it in plain JavaScript', async () => {
    expect(JSON.parse(await inProject('node', ['query.js']))).toEqual([{ key: 'loss', points: 3 }]);
  });

  it('brings the command tidemark', async () => {
    const runs = JSON.parse(await inProject('npx', ['tidemark', 'runs', '--json'])) as unknown[];
    expect(runs).toMatchObject([{ status: 'FINISHED', experimentName: 'installed' }]);
    const sql = await inProject('npx', [
      'tidemark',
      'sql',
      'select count(*) as n from runs',
      '--json',
    ]);
    expect(JSON.parse(sql)).toEqual([{ n: 1 }]);
    expect(await inProject('npx', ['tidemark', 'models', 'show', 'line'])).toContain('version 1');
  });
});

/** The paths that `exports` and `bin` lead to, without their `./`. */
function leaves(value: unknown): string[] {
  if (typeof value === 'string') return [value.replace(/^\.\//, '')];
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap(leaves);
}
