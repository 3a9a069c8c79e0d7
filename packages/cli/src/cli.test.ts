import { spawnSync } from 'node:child_process';
import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { openStore, registerModel, setModelTag, startRun } from '@tidemark/client';
import type { Store } from '@tidemark/core';
import { createDeltaTable, readDeltaTable } from '@tidemark/delta-lineage';
import { bundleScript, nextMillisecond, temporaryFolder } from '@tidemark/test-kit';
import { tableFromArrays } from 'apache-arrow';
import { describe, expect, it } from 'vitest';
import { tidemark } from './testing/tidemark.ts';

const QUIET = { environment: false } as const;

async function storeWithRuns(): Promise<{ folder: string; store: Store }> {
  const folder = join(temporaryFolder(), 'store');
  const store = await openStore(folder);
  await startRun({ ...QUIET, store, experiment: 'penguins', name: 'first' }, async (run) => {
    await run.logParams({ lr: 0.1 });
    for (let step = 0; step < 3; step += 1) await run.logMetrics({ loss: 3 - step }, { step });
    await run.logMetric('odd', Number.NaN);
  });
  await nextMillisecond();
  const failing = startRun({ ...QUIET, store, experiment: 'penguins', name: 'second' }, () => {
    throw new Error('diverged');
  });
  await expect(failing).rejects.toThrow();
  return { folder, store };
}

describe('tidemark runs', () => {
  it('lists runs, newest first', async () => {
    const { folder } = await storeWithRuns();
    const { code, out } = await tidemark('runs', '--store', folder);
    expect(code).toBe(0);
    const lines = out.trimEnd().split('\n');
    expect(lines).toHaveLength(3);
    expect(lines[1]).toMatch(/second +penguins +✗ FAILED/);
    expect(lines[2]).toMatch(/first +penguins +✓ FINISHED .* loss=1/);
  });

  it('prints JSON for programs, with NaN as MLflow writes it', async () => {
    const { folder, store } = await storeWithRuns();
    const { out } = await tidemark('runs', '--json', '--store', folder);
    const runs = JSON.parse(out) as {
      runId: string;
      metrics: Record<string, { value: unknown }>;
    }[];
    const stored = await store.runs({});
    expect(runs.map(({ runId }) => runId).sort()).toEqual(stored.map(({ runId }) => runId).sort());
    const values = runs.flatMap(({ metrics }) => Object.values(metrics).map(({ value }) => value));
    expect(values).toEqual([1, 'NaN']);
  });

  it('accepts --store before and after the name of the command', async () => {
    const { folder } = await storeWithRuns();
    const expected = await tidemark('runs', 'show', 'first', '--store', folder);
    expect(expected.code).toBe(0);
    expect(await tidemark('--store', folder, 'runs', 'show', 'first')).toEqual(expected);
    expect(await tidemark('runs', '--store', folder, 'show', 'first')).toEqual(expected);
    expect((await tidemark('-s', folder, 'runs')).out).toContain('second');
    expect((await tidemark('runs', '-s', folder, '-n', '1')).out).toContain('… and 1 more');
  });

  it('limits the list, and says how many it left out', async () => {
    const { folder } = await storeWithRuns();
    const { out } = await tidemark('runs', '-n', '1', '-s', folder);
    expect(out).toContain('… and 1 more');
  });

  it('shows one run, found by its name, by the first characters of its id, or as the latest', async () => {
    const { folder, store } = await storeWithRuns();
    const run = (await store.runs({})).find(({ name }) => name === 'first');
    for (const said of ['first', run?.runId.slice(0, 8) as string]) {
      const { code, out } = await tidemark('runs', 'show', said, '--store', folder);
      expect(code).toBe(0);
      expect(out).toContain(run?.runId);
      expect(out).toMatch(/lr +0\.1/);
      expect(out).toMatch(/loss +1 +2 +1 +3 +3 +█▅▁/);
    }
    expect((await tidemark('runs', 'show', 'latest', '-s', folder)).code).toBe(0);
  });

  it('never lets a name move the cursor', async () => {
    const folder = join(temporaryFolder(), 'store');
    const store = await openStore(folder);
    await startRun(
      { ...QUIET, store, name: '\u001b[2Jgone', tags: { a: 'x\u001b]0;t\u0007' } },
      () => {},
    );
    for (const command of [['runs'], ['runs', 'show', 'latest']]) {
      const { out } = await tidemark(...command, '--store', folder);
      expect(out).toContain('[2Jgone');
      expect(out).not.toContain('\u001b');
    }
  });
});

describe('tidemark models', () => {
  it('lists models, and shows their versions with the error of an invalid MLmodel file', async () => {
    const { folder, store } = await storeWithRuns();
    const content = new TextEncoder().encode('no yaml object');
    const model = await startRun({ ...QUIET, store }, (run) =>
      run.logModel({ name: 'm', files: () => [{ path: 'MLmodel', content }] }),
    );
    await registerModel({ store, name: 'penguins', model });
    expect((await tidemark('models', '--store', folder)).out).toMatch(/penguins +1 +1/);
    const { code, out } = await tidemark('models', 'show', 'penguins', '--store', folder);
    expect(code).toBe(0);
    expect(out).toContain(model.sourceRunId);
    expect(out).toContain('[MLMODEL_INVALID]');
    const json = await tidemark('models', 'show', 'penguins', '--json', '--store', folder);
    expect(JSON.parse(json.out)).toMatchObject({
      versions: [{ version: 1, runId: model.sourceRunId }],
    });
  });
});

describe('tidemark models alias and tag', () => {
  it('change a version, and report it', async () => {
    const { folder, store } = await storeWithRuns();
    const content = new TextEncoder().encode('{}');
    const model = await startRun({ ...QUIET, store }, (run) =>
      run.logModel({ name: 'm', files: () => [{ path: 'x', content }] }),
    );
    await registerModel({ store, name: 'penguins', model });
    const at = ['--store', folder];
    const calls = [
      ['models', 'alias', 'penguins', 'champion', '1', ...at],
      [
        'models',
        'tag',
        'penguins',
        '1',
        'passed=true',
        '--run',
        'first',
        '--ci-job',
        'ci/7',
        ...at,
      ],
    ];
    for (const call of calls) expect(await tidemark(...call)).toMatchObject({ code: 0, error: '' });
    await setModelTag({ store, name: 'penguins', key: 'team', value: 'antarctica' });
    const { out } = await tidemark('models', 'show', 'penguins', ...at);
    expect(out).toMatch(/team +antarctica +by /);
    expect(out).toContain('version 1 @champion');
    expect(out).toMatch(/passed +true +by .*ci\/7/);
    await tidemark('models', 'alias', 'penguins', 'champion', '--delete', ...at);
    await tidemark('models', 'tag', 'penguins', '1', 'passed', '--delete', ...at);
    const entry = await store.registry.read('penguins');
    expect(entry?.model.versions[0]).toMatchObject({ aliases: [], tags: [] });
    expect((await tidemark('models', 'alias', 'penguins', 'champion', ...at)).code).toBe(2);
    const wrong = await tidemark('models', 'tag', 'penguins', '1', 'no-value', ...at);
    expect(wrong).toMatchObject({ code: 1, error: expect.stringContaining('key=value') });
  });
});

describe('a call that fails', () => {
  it('exits with 1, prints the error code, and creates no store', async () => {
    const folder = join(temporaryFolder(), 'none');
    const { code, out, error } = await tidemark('runs', '--store', folder);
    expect([code, out]).toEqual([1, '']);
    expect(error).toContain('[STORE_NOT_FOUND]');
    expect(existsSync(folder)).toBe(false);
  });

  it.each([
    [['runs', 'show', 'nothing'], '[RUN_NOT_FOUND]'],
    [['runs', '--experiment', 'nothing'], 'The store has: Default, penguins'],
    [['models', 'show', 'nothing'], '[MODEL_NOT_FOUND]'],
  ])('exits with 1: %j prints %s', async (argv, message) => {
    const { folder } = await storeWithRuns();
    const { code, error } = await tidemark(...argv, '--store', folder);
    expect(code).toBe(1);
    expect(error).toContain(message);
  });

  it.each([[['bogus']], [['runs', '--bogus']], [['runs', '--limit', 'x']], [['runs', 'show']]])(
    'exits with 2 when its syntax is wrong: %j',
    async (argv) => {
      const { code, error } = await tidemark(...argv);
      expect(code).toBe(2);
      expect(error).toMatch(/--help|missing required/);
    },
  );
});

it('runs as a process, with colours only on request', async () => {
  const { folder } = await storeWithRuns();
  const main = await bundleScript(new URL('testing/run-tidemark.ts', import.meta.url));
  const start = (env: Record<string, string>) =>
    spawnSync(process.execPath, [main, 'runs'], {
      encoding: 'utf8',
      env: { PATH: process.env.PATH ?? '', TIDEMARK_TRACKING_URI: folder, ...env },
    });
  const plain = start({});
  expect(plain.stderr).toBe('');
  expect(plain.status).toBe(0);
  expect(plain.stdout).not.toContain('\u001b');
  expect(start({ FORCE_COLOR: '1' }).stdout).toContain('\u001b');
  expect(start({ FORCE_COLOR: '1', NO_COLOR: '1' }).stdout).not.toContain('\u001b');
});

describe('tidemark lineage', () => {
  async function storeWithLineage() {
    const base = temporaryFolder();
    const [folder, table] = [join(base, 'store'), join(base, 'table')];
    await createDeltaTable(table, tableFromArrays({ x: Float64Array.of(1, 2) }));
    const store = await openStore(folder);
    const model = await startRun({ ...QUIET, store, name: 'training' }, async (run) => {
      await readDeltaTable(table);
      return run.logModel({ name: 'm', files: () => [{ path: 'x', content: new Uint8Array(1) }] });
    });
    await registerModel({ store, name: 'penguins', model });
    return { folder, table };
  }

  it('shows the steps from the table version to the model version, and checks the rows', async () => {
    const { folder, table } = await storeWithLineage();
    const { code, out } = await tidemark('lineage', 'models:/penguins/1', '--check', '-s', folder);
    expect(code).toBe(0);
    expect(out).toContain(table);
    expect(out).toContain('the same 2 rows can be read');
    expect(out.indexOf('run training')).toBeLessThan(out.indexOf('models:/penguins/1'));
  });

  it('fails the check when the table differs from the record', async () => {
    const { folder, table } = await storeWithLineage();
    rmSync(table, { recursive: true });
    await createDeltaTable(table, tableFromArrays({ x: Float64Array.of(1, 2) }));
    const plain = await tidemark('lineage', 'models:/penguins/1', '-s', folder);
    expect(plain.code).toBe(0);
    const checked = await tidemark('lineage', 'models:/penguins/1', '--check', '-s', folder);
    expect(checked.code).toBe(1);
    expect(checked.out).toContain('[DIGEST_MISMATCH]');
    const json = await tidemark('lineage', 'models:/penguins/1', '--check', '--json', '-s', folder);
    expect(JSON.parse(json.out)).toMatchObject({ datasets: [{ check: { same: false } }] });
  });

  it('refuses an unknown model', async () => {
    const { folder } = await storeWithRuns();
    const { code, error } = await tidemark('lineage', 'models:/none/1', '--store', folder);
    expect(code).toBe(1);
    expect(error).toContain('[MODEL_NOT_FOUND]');
  });
});
