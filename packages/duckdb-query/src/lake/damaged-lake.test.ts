import {
  appendFileSync,
  copyFileSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { basename, join } from 'node:path';
import { DEFAULT_EXPERIMENT_ID, isTidemarkError, type RunId, type Store } from '@tidemark/core';
import { openFileStore } from '@tidemark/core/node';
import { temporaryFolder } from '@tidemark/test-kit';
import { describe, expect, it } from 'vitest';
import { openQuery } from '../open-query.ts';
import { withoutLake } from '../testing/without-lake.ts';
import { sealStore } from './seal-store.ts';

const [FIRST, SECOND] = ['1', '2'].map((digit) => digit.repeat(32)) as [RunId, RunId];

interface SealedStore {
  readonly store: Store;
  readonly lake: string;
}

async function sealedStore(): Promise<SealedStore> {
  const folder = join(temporaryFolder(), 'store');
  const store = openFileStore(folder);
  for (const run of [FIRST, SECOND]) await logRun(store, run);
  await sealStore({ store });
  return { store, lake: join(folder, 'lake') };
}

async function logRun(store: Store, run: RunId): Promise<void> {
  await store.createRun({
    ...{ runId: run, experimentId: DEFAULT_EXPERIMENT_ID, name: 'r', userId: '', startTimeMs: 1 },
  });
  await store.append([
    { kind: 'metrics', run, timeMs: 1, step: 1, metrics: { loss: 1, 'val: a/b': 2 } },
    { kind: 'params', run, params: { lr: "'); drop" } },
    { kind: 'run-updated', run, status: 'FINISHED', endTimeMs: 2 },
  ]);
}

/** Compares the answers with and without the lake. Returns the code of the problem that the session names. */
async function expectSame(store: Store): Promise<string | undefined> {
  const answers = async (asked: Store): Promise<[unknown, unknown]> => {
    const session = await openQuery({ store: asked, threads: 1 });
    const { rows } = await session.query('FROM metrics ORDER BY ALL');
    await session.close();
    return [rows, session.lakeProblem];
  };
  const [rows, problem] = await answers(store);
  expect(rows).toEqual((await answers(withoutLake(store)))[0]);
  return isTidemarkError(problem) ? problem.code : undefined;
}

function dataFile(lake: string, table: string): string {
  const folder = join(lake, table);
  const name = readdirSync(folder).find((each) => each.endsWith('.parquet'));
  return join(folder, name as string);
}

function commit(lake: string, table: string, version = 0): string {
  return join(lake, table, '_delta_log', `${String(version).padStart(20, '0')}.json`);
}

/** What can happen to a lake, and the code of the problem. */
const DAMAGE: Readonly<Record<string, [damage: (lake: string) => void, code: string]>> = {
  'a file of points is missing': [(lake) => rmSync(dataFile(lake, 'metrics')), 'LAKE_DAMAGED'],
  'a file of runs is missing': [(lake) => rmSync(dataFile(lake, 'runs')), 'LAKE_DAMAGED'],
  'a file is shorter': [(lake) => truncateSync(dataFile(lake, 'metrics'), 100), 'LAKE_DAMAGED'],
  'another file has the name of a file': [
    (lake) => copyFileSync(dataFile(lake, 'runs'), dataFile(lake, 'metrics')),
    'LAKE_DAMAGED',
  ],
  'a file is a link to another folder': [
    (lake) => {
      const file = dataFile(lake, 'metrics');
      renameSync(file, join(lake, 'elsewhere'));
      symlinkSync(join(lake, 'elsewhere'), file);
    },
    'LAKE_DAMAGED',
  ],
  'the log names a file in another folder': [
    (lake) => {
      const file = dataFile(lake, 'metrics');
      renameSync(file, join(lake, 'elsewhere.parquet'));
      const text = readFileSync(commit(lake, 'metrics'), 'utf8');
      const other = text.replace(basename(file), '../elsewhere.parquet');
      writeFileSync(commit(lake, 'metrics'), other);
    },
    'LAKE_DAMAGED',
  ],
  'a commit is torn': [(lake) => truncateSync(commit(lake, 'metrics'), 200), 'LAKE_DAMAGED'],
  'a commit is empty': [(lake) => truncateSync(commit(lake, 'runs'), 0), 'LAKE_DAMAGED'],
  'a table is missing': [
    (lake) => rmSync(join(lake, 'metrics'), { recursive: true }),
    'LAKE_DAMAGED',
  ],
  'a newer version made it': [
    (lake) => {
      const text = readFileSync(commit(lake, 'runs'), 'utf8');
      writeFileSync(commit(lake, 'runs'), text.replace('lake.format":"1"', 'lake.format":"2"'));
    },
    'LAKE_FORMAT_TOO_NEW',
  ],
  'it needs a feature that no reader here has': [
    (lake) => {
      const text = readFileSync(commit(lake, 'runs'), 'utf8');
      const newer = text.replace('"minReaderVersion":1', '"minReaderVersion":9');
      writeFileSync(commit(lake, 'runs'), newer);
    },
    'LAKE_DAMAGED',
  ],
  'another program made a table there': [
    (lake) => {
      const text = readFileSync(commit(lake, 'runs'), 'utf8');
      writeFileSync(commit(lake, 'runs'), text.replaceAll('tidemark.lake.format', 'other'));
    },
    'LAKE_FOREIGN',
  ],
};

describe('a lake that cannot be used', () => {
  for (const [what, [damage, code]] of Object.entries(DAMAGE)) {
    it(`changes no answer, and a seal says so: ${what}`, async () => {
      const { store, lake } = await sealedStore();
      damage(lake);
      expect(await expectSame(store)).toBe(code);
      await expect(sealStore({ store })).rejects.toMatchObject({ code });
      await sealStore({ store, rebuild: true });
      expect(await expectSame(store)).toBeUndefined();
      expect((await sealStore({ store })).isChanged).toBe(false);
      await store.close();
    });
  }
});

describe('what does not belong to a lake', () => {
  it('does not count: a file of another program, and what it commits, which the next seal undoes', async () => {
    const { store, lake } = await sealedStore();
    const foreign = join(lake, 'metrics', 'part-foreign.parquet');
    copyFileSync(dataFile(lake, 'metrics'), foreign);
    const add = { path: 'part-foreign.parquet', partitionValues: {}, size: 1, dataChange: true };
    writeFileSync(commit(lake, 'metrics', 1), `${JSON.stringify({ add })}\n`);
    expect(await expectSame(store)).toBeUndefined();
    expect((await sealStore({ store })).isChanged).toBe(true);
    expect(await expectSame(store)).toBeUndefined();
    expect(readFileSync(commit(lake, 'metrics', 2), 'utf8')).toContain('part-foreign.parquet');
    expect((await sealStore({ store })).isChanged).toBe(false);
    await store.close();
  });

  it('does not count: rows that another program deleted from the runs', async () => {
    const { store, lake } = await sealedStore();
    const [add] = readFileSync(commit(lake, 'runs'), 'utf8')
      .split('\n')
      .flatMap((line) => (line.includes('"add"') ? [JSON.parse(line).add] : []));
    const remove = { path: add.path, deletionTimestamp: 1, dataChange: true };
    writeFileSync(commit(lake, 'runs', 1), `${JSON.stringify({ remove })}\n`);
    expect(await expectSame(store)).toBeUndefined();
    expect((await sealStore({ store })).sealedRuns).toBe(0);
    expect(await expectSame(store)).toBeUndefined();
    await store.close();
  });

  it('does not count: the lake of another store', async () => {
    const { lake } = await sealedStore();
    const other = await sealedStore();
    rmSync(other.lake, { recursive: true });
    const { cpSync } = await import('node:fs');
    cpSync(lake, other.lake, { recursive: true });
    expect(await expectSame(other.store)).toBeUndefined();
    await sealStore({ store: other.store });
    expect(await expectSame(other.store)).toBeUndefined();
    await other.store.close();
  });
});

describe('a log that is damaged after its runs were sealed', () => {
  it('gives the points that were sealed, or those that are left', async () => {
    const { store, lake } = await sealedStore();
    await store.close();
    const logs = join(lake, '..', 'logs');
    for (const name of readdirSync(logs)) appendFileSync(join(logs, name), '{"torn":');
    const reopened = openFileStore(join(lake, '..'));
    expect(await expectSame(reopened)).toBeUndefined();
    await reopened.close();
  });
});
