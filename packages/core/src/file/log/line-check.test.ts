import { readdirSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '@tidemark/test-kit';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { ExperimentId } from '../../model/ids.ts';
import { historiesOfColumns } from '../../testing/histories-of-columns.ts';
import { examineStore } from '../doctor/examine-store.ts';
import { openFileStore } from '../file-store.ts';
import type { StoreDamage } from '../store-damage.ts';
import { isIntact, withCheck } from './line-check.ts';

const POINTS = 5;

async function storeWithPoints() {
  const folder = join(temporaryFolder(), 'store');
  const store = openFileStore(folder);
  const draft = { experimentId: '0' as ExperimentId, name: 'r', userId: '', startTimeMs: 1 };
  const { runId: run } = await store.createRun(draft);
  for (let step = 0; step < POINTS; step += 1) {
    await store.append([{ kind: 'metrics', run, timeMs: 1, step, metrics: { loss: step / 8 } }]);
  }
  await store.close();
  const [log = ''] = readdirSync(join(folder, 'logs'));
  const read = async () => {
    const damage: StoreDamage[] = [];
    const reader = openFileStore(folder, { index: 'off', onDamage: (place) => damage.push(place) });
    await reader.runs({});
    const points = await reader.metricHistory(run, 'loss');
    const told = damage.length;
    const columns = [...((await historiesOfColumns(reader)) ?? [])].flatMap(([, each]) => each);
    // The columns are read from the lines again, and find nothing else.
    expect(damage).toHaveLength(told);
    return { points, columns, damage };
  };
  return { folder, path: join(folder, 'logs', log), read };
}

it('a line with its check is JSON, and any flipped bit is found', () => {
  fc.assert(
    fc.property(fc.json(), fc.nat(), (value, pick) => {
      const line = withCheck(`{"v":${value}}`);
      expect(JSON.parse(line)).toHaveProperty('crc');
      expect(isIntact(line)).toBe(true);
      const bytes = Buffer.from(line);
      const bit = pick % (bytes.length * 8);
      bytes[bit >> 3] = (bytes[bit >> 3] as number) ^ (1 << (bit & 7));
      expect(isIntact(bytes.toString('utf8'))).toBe(false);
    }),
  );
});

it('every flipped bit in a log is reported, and never gives a wrong point', async () => {
  const { path, read } = await storeWithPoints();
  const whole = readFileSync(path);
  const { points } = await read();
  expect(points).toHaveLength(POINTS);
  for (let bit = 3; bit < whole.length * 8; bit += 29) {
    const bytes = Buffer.from(whole);
    bytes[bit >> 3] = (bytes[bit >> 3] as number) ^ (1 << (bit & 7));
    writeFileSync(path, bytes);
    const found = await read();
    for (const point of found.points) expect(points).toContainEqual(point);
    // The newline behind the closing line is all that may be missing: then the log counts as unfinished.
    if (bit >> 3 < whole.length - 1) expect(found.damage, `bit ${bit}`).not.toEqual([]);
    for (const point of found.columns) expect(points).toContainEqual(point);
  }
});

it('zeros at the end of a log are reported, also by the doctor', async () => {
  const { folder, path, read } = await storeWithPoints();
  const { size } = statSync(path);
  truncateSync(path, size - 200);
  truncateSync(path, size);
  const { points, damage } = await read();
  expect(points.length).toBeLessThan(POINTS);
  expect(damage).toEqual([expect.objectContaining({ reason: expect.stringContaining('zeros') })]);
  const { findings } = await examineStore(folder);
  expect(findings).toContainEqual(
    expect.objectContaining({ check: 'log-lines', severity: 'error' }),
  );
});
