import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseJsonObject } from '../workspace/json.ts';
import { REPOSITORY_ROOT } from '../workspace/repository-root.ts';
import { installInto } from './install.ts';
import type { PackedPackage } from './pack.ts';

// Tests the packages as a user gets them: packed, installed by npm into an empty project, and used there,
// without access to this repository.

const HOSTS = ['@tensorflow/tfjs', '@duckdb/node-api', 'apache-arrow', 'typescript', '@types/node'];
const run = promisify(execFile);

let project: string;
let packed: PackedPackage[];

/** The locked versions of host libraries, so that the registry is not asked for new ones. */
async function hostVersions(): Promise<string[]> {
  return Promise.all(
    HOSTS.map(async (name) => {
      const path = join(REPOSITORY_ROOT, 'node_modules', name, 'package.json');
      const { version } = parseJsonObject(await readFile(path, 'utf8'), path);
      return `${name}@${String(version)}`;
    }),
  );
}

/** The environment of a user, without variables of this test. */
function strangersEnv(): NodeJS.ProcessEnv {
  const {
    NODE_OPTIONS: _,
    TIDEMARK_TRACKING_URI: __,
    MLFLOW_TRACKING_URI: ___,
    npm_lifecycle_event: ____,
    ...env
  } = process.env;
  return env;
}

/** Runs a program of the project. */
async function inProject(command: string, args: readonly string[]): Promise<string> {
  const options = { cwd: project, env: strangersEnv() };
  const { stdout } = await run(command, args, options);
  return stdout;
}

beforeAll(async () => {
  project = await mkdtemp(join(tmpdir(), 'tidemark-installed-'));
  await cp(new URL('project', import.meta.url), project, { recursive: true });
  await writeFile(
    join(project, 'package.json'),
    '{"name":"reader","private":true,"type":"module"}',
  );
  const flags = ['--prefer-offline', '--ignore-scripts', ...(await hostVersions())];
  packed = await installInto(project, flags, strangersEnv());
});

afterAll(() => rm(project, { recursive: true, force: true }));

describe('a published package', () => {
  it('contains its exports, its licence and its README, and no tests', async () => {
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

  it('has types that compile in a strict program, including its own declarations', async () => {
    await inProject('npx', ['tsc', '-p', 'tsconfig.json']);
    await inProject('npx', ['tsc', '-p', 'tsconfig.declarations.json']);
  });

  it('records a training with autolog, in TypeScript', async () => {
    await inProject('node', ['out/train.js']);
  });

  it('queries the training in plain JavaScript', async () => {
    expect(JSON.parse(await inProject('node', ['query.js']))).toEqual([{ key: 'loss', points: 3 }]);
  });

  it('provides the command tidemark', async () => {
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

  it('runs the server with npx, and SIGTERM to npx ends it', async (context) => {
    if (process.platform === 'win32') return context.skip('there is no SIGTERM');
    const npx = spawn('npx', ['tidemark', 'server', '--port', '0', '--store', 'served'], {
      ...{ cwd: project, env: strangersEnv() },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    // The server keeps the pipe open until it ends, even after npx has ended.
    const gone = once(npx, 'close');
    let uri: string | undefined;
    for await (const line of createInterface(npx.stdout)) {
      uri = / at (http:\S+)/.exec(line)?.[1];
      if (uri !== undefined) break;
    }
    npx.stdout.resume();
    expect((await fetch(`${uri}/health`)).status).toBe(200);
    // The page is a part of the packages.
    const script = /src="\.\/(assets\/[^"]+\.js)"/.exec(await (await fetch(`${uri}/`)).text())?.[1];
    expect((await fetch(`${uri}/${script}`)).headers.get('content-type')).toContain('javascript');
    npx.kill('SIGTERM');
    await gone;
    await expect(fetch(`${uri}/health`)).rejects.toThrow();
  });
});

/** The paths in `exports` and `bin`, without their `./`. */
function leaves(value: unknown): string[] {
  if (typeof value === 'string') return [value.replace(/^\.\//, '')];
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap(leaves);
}
