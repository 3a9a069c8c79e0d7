import { execFile, execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import {
  ensureExperiment,
  newRunId,
  purge,
  type RunId,
  type Store,
  setAlias,
} from '@tidemark/core';
import { openFileStore } from '@tidemark/core/node';
import { temporaryFolder } from '@tidemark/test-kit';
import { describe, expect, it } from 'vitest';
import { openQuery } from '../open-query.ts';
import type { QueryRow } from '../result/query-row.ts';
import { fillSampleStore } from '../testing/sample-store.ts';
import { withoutLake } from '../testing/without-lake.ts';
import { LAKE_TABLES } from './lake-tables.ts';
import { sealStore } from './seal-store.ts';

/** The engines, the Python of each, and a package of Python that it needs. */
const ENGINES = [
  ['delta-rs', process.env.TIDEMARK_PEER_PYTHON, 'deltalake, pyarrow'],
  ['polars', process.env.TIDEMARK_PEER_PYTHON, 'polars, deltalake'],
  ['spark', process.env.TIDEMARK_PEER_SPARK, 'pyspark'],
] as const;
const SCRIPT = fileURLToPath(new URL('../testing/read-lake.py', import.meta.url));
const BY = { name: 'ada', authenticated: false } as const;

describe('other engines read a lake, row for row as SQL over the store', () => {
  for (const [engine, python, packages] of ENGINES) {
    it(`${engine} does, after changes and after a purge`, async (ctx) => {
      const missing = missingPeer(python, packages);
      if (missing !== undefined) return ctx.skip(missing);
      const folder = join(temporaryFolder(), 'store');
      const store = openFileStore(folder);
      const { changed, purged } = await fillAndSeal(store);
      await store.append([
        { kind: 'metrics', run: changed, timeMs: 9, step: -7, metrics: { loss: Number.NaN } },
      ]);
      await sealStore({ store });
      await expectSame(store, join(folder, 'lake'), { engine, python: python as string, changed });
      await purge(store, { run: purged }, { by: BY });
      await sealStore({ store });
      await expectSame(store, join(folder, 'lake'), { engine, python: python as string, changed });
      await store.close();
    });
  }
});

/** Seals several times, so that there are several files and commits. */
async function fillAndSeal(store: Store): Promise<{ changed: RunId; purged: RunId }> {
  await fillSampleStore(store);
  await sealStore({ store });
  const runs: RunId[] = [];
  for (const name of ['one', 'ü two', "thr'ee"]) {
    const { experimentId } = await ensureExperiment(store, name);
    for (let index = 0; index < 3; index += 1) runs.push(await logRun(store, experimentId, index));
    await sealStore({ store });
  }
  await setAlias(store, { name: 'penguins', alias: 'next', version: 1, by: BY });
  await sealStore({ store });
  return { changed: runs[0] as RunId, purged: runs[4] as RunId };
}

async function logRun(
  store: Store,
  experimentId: Parameters<Store['createRun']>[0]['experimentId'],
  index: number,
): Promise<RunId> {
  const run = newRunId();
  const values = [0, -0, 1e-308, 1 / 3, Number.POSITIVE_INFINITY, Number.NaN, -12_345.678];
  await store.createRun({
    runId: run,
    experimentId,
    name: `r\n${index}`,
    userId: '',
    startTimeMs: 1,
  });
  await store.append([
    { kind: 'params', run, params: { note: 'a "quoted", ü\t👍', lr: String(index / 7) } },
    { kind: 'tags', run, tags: { empty: '', long: 'x'.repeat(100 * (index + 1)) } },
    {
      ...({ kind: 'metric-series', run, key: 'loss', timeMs: 1_700_000_000_123, values } as const),
      steps: values.map((_, step) => step - 3),
      elapsedMs: values.map((_, step) => step * 1000),
    },
    {
      ...({ kind: 'metrics', run, timeMs: 5, step: 1, metrics: { acc: 0.5 } } as const),
      dataset: { name: 'train', digest: 'd1' },
    },
    { kind: 'run-updated', run, status: index === 1 ? 'KILLED' : 'FINISHED', endTimeMs: 9 },
  ]);
  return run;
}

async function expectSame(
  store: Store,
  lake: string,
  asked: { readonly engine: string; readonly python: string; readonly changed: RunId },
): Promise<void> {
  const names = LAKE_TABLES.map(({ name }) => name);
  const args = [SCRIPT, asked.engine, lake, asked.changed, ...names];
  const { stdout } = await promisify(execFile)(asked.python, args, { maxBuffer: 1 << 28 });
  const line = stdout.split('\n').find((each) => each.startsWith('FOUND ')) as string;
  const { some, ...tables } = JSON.parse(line.slice('FOUND '.length)) as Record<string, string[]>;
  expect(tables).toEqual(await rowsOfStore(store));
  expect(some).toBe(8);
}

/** The rows that the tables should have, from SQL over the store without its lake, in the form of `read-lake.py`. */
async function rowsOfStore(store: Store): Promise<Record<string, string[]>> {
  const marks = (await store.runMarks?.()) ?? new Map<string, string>();
  const session = await openQuery({ store: withoutLake(store), threads: 1 });
  const found: Record<string, string[]> = {};
  const columnsOf = (name: string): string =>
    (LAKE_TABLES.find((table) => table.name === name)?.columns ?? [])
      .filter((column) => column.name !== 'sealed_state')
      .map((column) =>
        column.type.startsWith('TIMESTAMP')
          ? `epoch_us(${column.name}) AS ${column.name}`
          : column.name,
      )
      .join(', ');
  for (const [name, source] of [
    ['params', 'params JOIN runs USING (run_id)'],
    ['tags', 'tags JOIN runs USING (run_id)'],
    ['metrics', 'metrics JOIN runs USING (run_id)'],
    ['registry_events', 'registry_activity'],
    ['runs', 'runs'],
  ] as const) {
    const { rows, columns } = await session.query(`SELECT ${columnsOf(name)} FROM ${source}`);
    const doubles = new Set(
      columns.filter(({ type }) => type === 'DOUBLE').map((each) => each.name),
    );
    found[name] = rows
      .map((row) =>
        name === 'runs' ? { ...row, sealed_state: marks.get(row.run_id as RunId) } : row,
      )
      .map((row) => pythonJson(row as QueryRow, doubles))
      .sort();
  }
  await session.close();
  return found;
}

/** JSON as Python's `json.dumps` writes it, with sorted keys, and doubles by their bits. */
function pythonJson(row: QueryRow, doubles: ReadonlySet<string>): string {
  const cells = Object.entries(row)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => {
      const cell = doubles.has(name) && value !== null ? bitsOf(Number(value)) : value;
      return `${JSON.stringify(name)}: ${JSON.stringify(cell)}`;
    });
  const text = `{${cells.join(', ')}}`;
  return text.replace(
    /[\u007f-\uffff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

function bitsOf(value: number): string {
  const bytes = Buffer.alloc(8);
  bytes.writeDoubleBE(value);
  return bytes.toString('hex');
}

function missingPeer(python: string | undefined, packages: string): string | undefined {
  if (python === undefined) {
    const variable = packages === 'pyspark' ? 'TIDEMARK_PEER_SPARK' : 'TIDEMARK_PEER_PYTHON';
    return `needs ${variable}, a Python with ${packages} (see CONTRIBUTING.md)`;
  }
  try {
    execFileSync(python, ['-c', `import ${packages}`], { stdio: 'pipe' });
    return undefined;
  } catch {
    return `the Python ${python} has no ${packages}`;
  }
}
