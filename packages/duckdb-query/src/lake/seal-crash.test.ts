import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { DEFAULT_EXPERIMENT_ID, purge, type RunId, type Store } from '@tidemark/core';
import { openFileStore } from '@tidemark/core/node';
import { bundleScript, temporaryFolder } from '@tidemark/test-kit';
import { beforeAll, describe, expect, it } from 'vitest';
import { openQuery } from '../open-query.ts';
import { rowsOfLake } from '../testing/lake-contents.ts';
import { withoutLake } from '../testing/without-lake.ts';
import { sealStore } from './seal-store.ts';

const RUNS = ['1', '2', '3', '4'].map((digit) => digit.repeat(32)) as RunId[];
const BY = { name: 'ada', authenticated: false } as const;
const SECRET = 'hunter2';
/** Of all places where a seal can be killed, how many are tried. */
const PLACES = Number(process.env.TIDEMARK_LAKE_CRASHES ?? 8);

let script: string;
beforeAll(async () => {
  script = await bundleScript(new URL('../testing/seal-until-killed.ts', import.meta.url));
});

describe('a seal that is killed before any change of files', () => {
  it('leaves a lake that changes no answer, and the next seal completes it, also after a purge', async () => {
    const original = await sealedStoreWithChanges();
    const total = await changesOf(original);
    const places = Array.from({ length: PLACES }, (_, at) => Math.floor((at * total) / PLACES));
    for (const place of places) {
      const folder = copyOf(original);
      expect([place, await sealUntil(folder, place)]).toEqual([place, 'killed']);
      await expectRight(folder);
      const store = openFileStore(folder);
      await sealStore({ store });
      await expectRight(folder);
      expect(await runsIn(folder, 'runs')).toEqual([RUNS[0], RUNS[1], RUNS[3]]);
      expect(await runsIn(folder, 'metrics')).toEqual([RUNS[0], RUNS[1], RUNS[3]]);
      expect([place, filesWithSecret(join(folder, 'lake'))]).toEqual([place, []]);
      expect((await sealStore({ store })).isChanged).toBe(false);
      await store.close();
    }
  });
});

/** A sealed store in which a run was since changed, one purged, one added, and one has ended since. */
async function sealedStoreWithChanges(): Promise<string> {
  const folder = join(temporaryFolder(), 'store');
  const store = openFileStore(folder);
  for (const runId of RUNS.slice(0, 3)) await logRun(store, runId);
  await sealStore({ store });
  await store.append([
    { kind: 'metrics', run: RUNS[0] as RunId, timeMs: 1, step: 0, metrics: { late: 7 } },
  ]);
  await purge(store, { run: RUNS[2] as RunId }, { by: BY });
  await logRun(store, RUNS[3] as RunId);
  await store.close();
  return folder;
}

async function logRun(store: Store, run: RunId): Promise<void> {
  await store.createRun({
    ...{ runId: run, experimentId: DEFAULT_EXPERIMENT_ID, name: 'r', userId: '', startTimeMs: 1 },
  });
  const secret = run === RUNS[2] ? { api_key: SECRET } : {};
  await store.append([
    { kind: 'params', run, params: { lr: '0.1', ...secret } },
    { kind: 'tags', run, tags: { team: 'ice' } },
    { kind: 'metrics', run, timeMs: 1, step: 1, metrics: { loss: 1, acc: 2 } },
    { kind: 'run-updated', run, status: 'FINISHED', endTimeMs: 2 },
  ]);
}

/** The number of changes of files that a whole seal makes. */
async function changesOf(folder: string): Promise<number> {
  const changes = await sealUntil(copyOf(folder), Number.MAX_SAFE_INTEGER);
  expect(changes).toBeGreaterThan(PLACES);
  return changes as number;
}

function copyOf(folder: string): string {
  const copy = join(temporaryFolder(), 'store');
  cpSync(folder, copy, { recursive: true, preserveTimestamps: true });
  return copy;
}

/** Seals, and returns how many changes of files that took, unless the process was killed before one of them. */
async function sealUntil(folder: string, change: number): Promise<number | 'killed'> {
  const child = spawn(process.execPath, [script, folder, String(change)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [[code, signal], changes] = await Promise.all([
    once(child, 'close') as Promise<[number | null, string | null]>,
    text(child.stdout),
  ]);
  expect([code, signal]).toEqual(signal === null ? [0, null] : [null, 'SIGKILL']);
  return signal === null ? Number(changes) : 'killed';
}

async function expectRight(folder: string): Promise<void> {
  const store = openFileStore(folder);
  const answers = async (asked: Store): Promise<unknown> => {
    const session = await openQuery({ store: asked, threads: 1 });
    const { rows } = await session.query('FROM metrics ORDER BY ALL');
    expect(session.lakeProblem).toBeUndefined();
    await session.close();
    return rows;
  };
  expect(await answers(store)).toEqual(await answers(withoutLake(store)));
  await store.close();
}

async function runsIn(folder: string, table: string): Promise<string[]> {
  const rows = await rowsOfLake(join(folder, 'lake'), table);
  return [...new Set(rows.map((row) => (JSON.parse(row) as { run_id: string }).run_id))].sort();
}

function filesWithSecret(lake: string): string[] {
  return (readdirSync(lake, { recursive: true }) as string[]).filter((name) => {
    const file = join(lake, name);
    return statSync(file).isFile() && readFileSync(file, 'latin1').includes(SECRET);
  });
}
