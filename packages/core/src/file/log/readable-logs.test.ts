import { appendFileSync, readdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '@tidemark/test-kit';
import { expect, it } from 'vitest';
import type { ExperimentId } from '../../model/ids.ts';
import { openFileStore } from '../file-store.ts';
import { withCheck } from './line-check.ts';
import { readableLogs, readLogMetrics } from './readable-logs.ts';

async function storeWithPoints() {
  const folder = join(temporaryFolder(), 'store');
  const store = openFileStore(folder);
  const { runId } = await store.createRun({
    experimentId: '0' as ExperimentId,
    name: 'r',
    userId: '',
    startTimeMs: 1,
  });
  await store.append([
    { kind: 'metrics', run: runId, timeMs: 5, step: 1, metrics: { a: -0, b: Number.NaN } },
  ]);
  const [name] = readdirSync(join(folder, 'logs'));
  return { folder, runId, log: join(folder, 'logs', name as string) };
}

it('a log that is whole is listed, and gives its points', async () => {
  const { folder, runId, log } = await storeWithPoints();
  expect(readableLogs(folder)).toEqual([
    { path: log, sizeBytes: statSync(log).size, endsWithNewline: true },
  ]);
  expect([...readLogMetrics(log)]).toEqual([
    { runId, point: { key: 'a', value: -0, timestampMs: 5, step: 1 } },
    { runId, point: { key: 'b', value: Number.NaN, timestampMs: 5, step: 1 } },
  ]);
});

it('a torn tail is reported, and does not count even if it is whole JSON', async () => {
  const { folder, runId, log } = await storeWithPoints();
  appendFileSync(log, `{"at":9,"kind":"metrics","run":"${runId}","step":2,"metrics":{"a":1}}`);
  expect(readableLogs(folder)).toEqual([
    { path: log, sizeBytes: statSync(log).size, endsWithNewline: false },
  ]);
  expect([...readLogMetrics(log)]).toHaveLength(2);
});

it('damaged lines are skipped', async () => {
  const { runId, log } = await storeWithPoints();
  const line = (metrics: string): string =>
    `${withCheck(`{"at":9,"kind":"metrics","run":"${runId}","step":2,"metrics":${metrics}}`)}\n`;
  appendFileSync(log, `\u0000garbage\n${line('{"a":"0.5"}')}${line('{"a":2}')}`);
  expect([...readLogMetrics(log)].map(({ point }) => point.value)).toEqual([-0, Number.NaN, 2]);
});

it('ignores a file without a header, and refuses a log of a newer format', async () => {
  const { folder, log } = await storeWithPoints();
  writeFileSync(join(folder, 'logs', 'a-0.jsonl'), '');
  writeFileSync(join(folder, 'logs', 'b-0.jsonl'), '{"kind":"log"}\n');
  writeFileSync(join(folder, 'logs', 'c-0.jsonl'), '{"kind":"log","format":1');
  symlinkSync(join(folder, 'nowhere'), join(folder, 'logs', 'd-0.jsonl'));
  expect(readableLogs(folder).map(({ path }) => path)).toEqual([log]);
  const newer = join(folder, 'logs', 'e-0.jsonl');
  writeFileSync(newer, '{"kind":"log","format":3}\n');
  expect(() => readableLogs(folder)).toThrow(/format 3/);
  expect(readableLogs(join(folder, 'none'))).toEqual([]);
});

it('a header longer than one read is found', async () => {
  const { folder, log } = await storeWithPoints();
  const header = {
    ...{ kind: 'log', format: 1, store: 's', writer: 'w', sequence: 0, generation: 0, at: 1 },
    host: 'h'.repeat(10_000),
    pid: 1,
  };
  const long = join(folder, 'logs', 'long-0.jsonl');
  writeFileSync(long, `${JSON.stringify(header)}\n`);
  expect(readableLogs(folder).map(({ path }) => path)).toEqual([log, long].sort());
});
