import { closeSync, openSync, readdirSync, readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { openFileStore } from '../src/file/file-store.ts';
import { planMetricSeries, planMetrics } from '../src/index.ts';
import { measure, microsecondsEach, type Note } from './figures.ts';
import { newRun } from './small-run.ts';
import { sqliteReference } from './sqlite-reference.ts';

const POINTS = 200_000;
const SERIES_POINTS = 1000;

/**
 * The cost of logging a metric point, compared with one `write(2)` of the same bytes and with `node:sqlite`, which is
 * what one would take instead.
 */
export function benchWriting(): Promise<void> {
  return measure('write', 5, async (folder, note) => {
    await pointsInOs(join(folder, 'os'), note);
    await pointsBuffered(join(folder, 'buffered'), note);
    const sqlite = sqliteReference('points', folder, POINTS / 10);
    if (sqlite !== undefined) note('a metric point in node:sqlite (WAL, NORMAL), µs', sqlite);
  });
}

async function pointsInOs(folder: string, note: Note): Promise<void> {
  const store = openFileStore(folder);
  const { runId } = await newRun(store, 0);
  const rssBefore = process.memoryUsage().rss;
  const one = await microsecondsEach(POINTS, async (step) => {
    await store.append([planMetrics(runId, { loss: 0.123456 + step }, { step })]);
  });
  note('memory that the points added, MB', (process.memoryUsage().rss - rssBefore) / 1e6);
  const raw = await rawWrites(folder);
  const ten = Object.fromEntries(Array.from({ length: 10 }, (_, at) => [`metric_${at}`, at / 7]));
  const batch = await microsecondsEach(POINTS / 10, async (step) => {
    await store.append([planMetrics(runId, ten, { step })]);
  });
  const values = Array.from({ length: SERIES_POINTS }, (_, at) => 0.123456 + at);
  const series = await microsecondsEach(POINTS / SERIES_POINTS, async (round) => {
    const steps = values.map((_, at) => round * SERIES_POINTS + at);
    await store.append(planMetricSeries(runId, 'series', { values, steps }));
  });
  await store.close();
  note('a metric point, µs', one);
  note('one write of the same bytes, µs', raw);
  note('a metric point / one write', one / raw);
  note('a point in a batch of ten, µs', batch / 10);
  note('a metric point / a point in a batch of ten', one / (batch / 10));
  note('a point in a series of a thousand, µs', series / SERIES_POINTS);
  note('a metric point / a point in a series', one / (series / SERIES_POINTS));
}

async function pointsBuffered(folder: string, note: Note): Promise<void> {
  const store = openFileStore(folder, { durability: 'buffered' });
  const { runId } = await newRun(store, 0);
  const one = await microsecondsEach(POINTS, async (step) => {
    await store.append([planMetrics(runId, { loss: 0.123456 + step }, { step })]);
  });
  await store.close();
  note('a metric point, buffered, µs', one);
}

function rawWrites(folder: string): Promise<number> {
  const [log] = readdirSync(join(folder, 'logs')).sort();
  const line = readFileSync(join(folder, 'logs', log as string), 'utf8').split('\n')[5];
  const bytes = Buffer.from(`${line}\n`);
  const fd = openSync(join(folder, 'raw'), 'ax');
  return microsecondsEach(POINTS, () => void writeSync(fd, bytes)).finally(() => closeSync(fd));
}
