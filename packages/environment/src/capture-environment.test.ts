import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { GIT_INSTALLED } from '@tidemark/test-kit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { captureEnvironment } from './capture-environment.ts';
import { environmentSchema } from './environment.ts';
import { parseEnvironment } from './environment-json.ts';

let root: string;

beforeEach(async () => {
  root = await realpath(await mkdtemp(join(tmpdir(), 'tidemark environment é-')));
  await file('package.json', '{"name":"shop","version":"0.0.1","dependencies":{"zod":"*"}}');
  await file('package-lock.json', '{"lockfileVersion":3}');
  await file('apps/train/package.json', '{"name":"train","version":"1.0.0"}');
  await file('apps/train/src/train.ts', 'fit()');
});
afterEach(() => rm(root, { recursive: true, force: true }));

describe('the environment', () => {
  it.skipIf(!GIT_INSTALLED)(
    'in a repository has paths relative to its root (skipped: git is not installed)',
    async () => {
      execFileSync('git', ['init', '-q', '-b', 'main', root]);
      const environment = await captureEnvironment({
        cwd: join(root, 'apps'),
        argv: ['node', join(root, 'apps/train/src/train.ts'), '--token=abc', '--lr=0.1'],
        env: process.env,
        timeoutMs: 900_000,
      });
      expect(environment).toMatchObject({
        git: { root, branch: 'main', dirty: false },
        process: {
          cwd: join(root, 'apps'),
          entryPath: 'apps/train/src/train.ts',
          argv: ['node', join(root, 'apps/train/src/train.ts'), '--token=***', '--lr=0.1'],
        },
        package: { path: 'apps/train/package.json', name: 'train' },
        lockfile: {
          path: 'package-lock.json',
          sha256: createHash('sha256').update('{"lockfileVersion":3}').digest('hex'),
        },
      });
    },
  );

  it('without a repository has paths relative to the current folder', async () => {
    const environment = await captureEnvironment({
      cwd: root,
      argv: ['node', 'apps/train/src/train.ts'],
    });
    expect(environment.git).toBeUndefined();
    expect(environment).toMatchObject({
      process: { entryPath: 'apps/train/src/train.ts' },
      package: { path: 'apps/train/package.json' },
      lockfile: { path: 'package-lock.json' },
    });
  });

  it('has the package of the current folder for an installed command and for a script elsewhere', async () => {
    await file('node_modules/.store/runner/cli.js', '');
    await file('node_modules/.store/runner/package.json', '{"name":"runner"}');
    await file('node_modules/zod/package.json', '{"name":"zod","version":"4.0.0"}');
    await mkdir(join(root, 'node_modules/.bin'));
    const command = join(root, 'node_modules/.bin/runner');
    await symlink(join(root, 'node_modules/.store/runner/cli.js'), command);

    expect(await captureEnvironment({ cwd: root, argv: ['node', command] })).toMatchObject({
      process: { entryPath: 'node_modules/.store/runner/cli.js' },
      package: { name: 'shop', dependencies: { zod: '4.0.0' } },
    });
    const elsewhere = await captureEnvironment({
      cwd: join(root, 'apps/train'),
      argv: ['node', join(root, 'other.js')],
    });
    expect(elsewhere.process.entryPath).toBe(join(root, 'other.js'));
    expect(elsewhere.package).toMatchObject({ name: 'train' });
  });

  it('by default describes this process, with its script if it has one', async () => {
    const source = (name: string): string => JSON.stringify(new URL(name, import.meta.url).href);
    const program = `
      const { captureEnvironment } = await import(${source('./capture-environment.ts')});
      const { formatEnvironment } = await import(${source('./environment-json.ts')});
      console.log(formatEnvironment(await captureEnvironment()));`;
    await file('report.mjs', program);
    const run = (...args: string[]) => {
      const output = execFileSync(process.execPath, ['--import', 'tsx', ...args, 'data.csv'], {
        // The folder in which tsx is found.
        cwd: dirname(fileURLToPath(import.meta.url)),
        // Removed from the arguments, which the test compares below.
        env: { ...process.env, NODE_OPTIONS: '--conditions=@tidemark/source' },
      });
      return parseEnvironment(output.toString()).process;
    };

    const script = run(join(root, 'report.mjs'));
    expect(script.entryPath).toBe(join(root, 'report.mjs'));
    expect(script.argv.slice(1)).toEqual([join(root, 'report.mjs'), 'data.csv']);
    expect(script.execArgv).toEqual(['--import', 'tsx']);

    const evaluated = run('--input-type=module', '-e', program);
    expect(evaluated).not.toHaveProperty('entryPath');
    expect(evaluated.argv.slice(1)).toEqual(['data.csv']);
    expect((await captureEnvironment({ argv: ['node'] })).process).not.toHaveProperty('entryPath');
  });

  it('describes this process and this machine', async () => {
    const environment = await captureEnvironment();
    expect(environmentSchema.parse(environment)).toEqual(environment);
    expect(environment.node.version).toBe(process.versions.node);
    expect(environment.process.pid).toBe(process.pid);
    expect(environment.process.startTimeMs).toBeLessThanOrEqual(environment.capturedAtMs);
    expect(environment.host).toMatchObject({ platform: process.platform, arch: process.arch });
    expect(environment.host.cpuCount).toBeGreaterThan(0);
  });

  it('reads a CI job only from the given variables, and keeps no others', async () => {
    const env = { GITHUB_ACTIONS: 'true', GITHUB_WORKFLOW: 'Train', MY_SECRET: 'S3CRET' };
    const environment = await captureEnvironment({ cwd: root, env });
    expect(environment.ci).toEqual({ provider: 'github-actions', workflow: 'Train' });
    expect(JSON.stringify(environment)).not.toContain('S3CRET');
    expect(await captureEnvironment({ cwd: root })).not.toHaveProperty('ci');
  });

  it('can have a folder as its script, as after `node .`', async () => {
    const environment = await captureEnvironment({ cwd: root, argv: ['node', root] });
    expect(environment.process.entryPath).toBe('.');
    expect(environment.package).toMatchObject({ path: 'package.json', name: 'shop' });
  });

  it('is captured without an error in a deleted folder, with an empty command line', async () => {
    const environment = await captureEnvironment({ cwd: join(root, 'gone'), argv: [] });
    expect(environment.process).toMatchObject({ cwd: join(root, 'gone'), argv: [] });
    expect(environment.process).not.toHaveProperty('entryPath');
  });

  it.each([0, -1, Number.NaN, Number.POSITIVE_INFINITY])(
    'is refused with the timeout %s',
    async (timeoutMs) => {
      await expect(captureEnvironment({ timeoutMs })).rejects.toMatchObject({
        code: 'INVALID_ARGUMENT',
      });
    },
  );
});

async function file(path: string, content: string): Promise<void> {
  await mkdir(dirname(join(root, path)), { recursive: true });
  await writeFile(join(root, path), content);
}
