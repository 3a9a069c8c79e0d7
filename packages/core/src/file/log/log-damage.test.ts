import { appendFileSync, cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '@tidemark/test-kit';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ExperimentId, RunId } from '../../model/ids.ts';
import { wholeState } from '../../testing/store-state.ts';
import { purge } from '../../tracking/purge.ts';
import { examineStore } from '../doctor/examine-store.ts';
import { openFileStore } from '../file-store.ts';
import { collectGarbage } from '../gc/collect-garbage.ts';
import { planGarbage } from '../gc/plan-garbage.ts';
import { LAYOUT } from '../layout.ts';
import { mergeStores } from '../merge/merge-stores.ts';
import { refreshIndex } from '../refresh-index.ts';
import { withCheck } from './line-check.ts';
import { damageInLogs } from './log-damage.ts';

const BY = { name: 'ada', authenticated: false };
const STEPS = 6;

interface Made {
  readonly folder: string;
  readonly run: RunId;
  readonly log: string;
}

/** A store with one run, of one closed log. */
async function storeWithRun(): Promise<Made> {
  const folder = join(temporaryFolder(), 'store');
  const store = openFileStore(folder);
  const draft = { experimentId: '0' as ExperimentId, name: 'r', userId: '', startTimeMs: 1 };
  const { runId: run } = await store.createRun(draft);
  for (let step = 0; step < STEPS; step += 1) {
    await store.append([{ kind: 'metrics', run, timeMs: 1, step, metrics: { loss: step } }]);
  }
  await store.append([{ kind: 'tags', run, tags: { secret: 'hunter2' } }]);
  await store.close();
  const [name = ''] = readdirSync(join(folder, LAYOUT.logs));
  return { folder, run, log: join(folder, LAYOUT.logs, name) };
}

async function stepsOf(folder: string, run: RunId): Promise<number[]> {
  const store = openFileStore(folder, { index: 'off' });
  const points = await store.metricHistory(run, 'loss');
  await store.close();
  return points.map(({ step }) => step);
}

/** Changes a digit of the point of a step, as a bit that flips does. */
function damageStep(log: string, step: number): void {
  const text = readFileSync(log, 'utf8');
  writeFileSync(log, text.replace(`"loss":${step}}`, `"loss":9}`));
}

const lines = (log: string) => readFileSync(log, 'utf8').split('\n').slice(0, -1);
const reasons = (folder: string) => damageInLogs(folder).map(({ reason }) => reason);

describe('a line that is missing as a whole', () => {
  it('is reported for a closed log, with the number of missing lines', async () => {
    const { folder, log } = await storeWithRun();
    const whole = lines(log);
    expect(reasons(folder)).toEqual([]);
    const inner = fc.uniqueArray(fc.integer({ min: 1, max: whole.length - 2 }), { minLength: 1 });
    fc.assert(
      fc.property(inner, (gone) => {
        const left = whole.filter((_, place) => !gone.includes(place));
        writeFileSync(log, `${left.join('\n')}\n`);
        expect(reasons(folder)).toEqual([expect.stringContaining(`missing: ${gone.length}`)]);
      }),
    );
    const { findings } = await examineStore(folder);
    const found = findings.filter(({ check }) => check === 'log-lines');
    expect(found).toMatchObject([{ severity: 'error', message: expect.stringMatching(/missing/) }]);
    // No repair can restore the line, so the finding offers none.
    expect(found[0]?.fix).toBeUndefined();
  });

  it('is not confused with a line that occurs twice, which is reported too', async () => {
    const { folder, log } = await storeWithRun();
    const [header = '', second = '', ...rest] = lines(log);
    writeFileSync(log, `${[header, second, second, ...rest].join('\n')}\n`);
    expect(reasons(folder)).toEqual([expect.stringMatching(/more lines than its writer wrote: 1/)]);
  });

  it('is not reported if a clean-up removed it', async () => {
    const { folder, run } = await storeWithRun();
    const store = openFileStore(folder);
    await purge(store, { run, part: 'tag', key: 'secret' }, { by: BY });
    await store.close();
    await collectGarbage(await planGarbage(folder), { by: BY });
    expect(reasons(folder)).toEqual([]);
    const cleaned = readdirSync(join(folder, LAYOUT.logs))
      .map((name) => join(folder, LAYOUT.logs, name))
      .find((path) => lines(path)[0]?.includes('"without":1')) as string;
    expect(cleaned).toBeDefined();
    writeFileSync(cleaned, `${lines(cleaned).toSpliced(2, 1).join('\n')}\n`);
    expect(reasons(folder)).toEqual([expect.stringContaining('missing: 1')]);
  });

  it('is reported with an index too, if the log grew after the index was made', async () => {
    const folder = join(temporaryFolder(), 'store');
    const store = openFileStore(folder);
    const draft = { experimentId: '0' as ExperimentId, name: 'r', userId: '', startTimeMs: 1 };
    const { runId: run } = await store.createRun(draft);
    await refreshIndex(folder);
    for (const step of [1, 2, 3]) {
      await store.append([{ kind: 'metrics', run, timeMs: 1, step, metrics: { loss: step } }]);
    }
    await store.close();
    const [name = ''] = readdirSync(join(folder, LAYOUT.logs));
    const log = join(folder, LAYOUT.logs, name);
    writeFileSync(log, `${lines(log).toSpliced(3, 1).join('\n')}\n`);
    const told: string[] = [];
    const reader = openFileStore(folder, { onDamage: ({ reason }) => told.push(reason) });
    await reader.runs({});
    await reader.close();
    expect(told).toEqual([expect.stringContaining('missing: 1')]);
  });
});

describe('a store with an index', () => {
  it('reports damage once, and no longer after a whole copy of the log is restored', async () => {
    const { folder, run, log } = await storeWithRun();
    const whole = readFileSync(log);
    damageStep(log, 2);
    await refreshIndex(folder);
    const told: string[] = [];
    const store = openFileStore(folder, { onDamage: ({ reason }) => told.push(reason) });
    await store.runs({});
    await store.runs({});
    await store.close();
    expect(told).toEqual([expect.stringMatching(/check/)]);
    writeFileSync(log, whole);
    const reader = openFileStore(folder, { onDamage: ({ reason }) => told.push(reason) });
    expect(await reader.metricHistory(run, 'loss')).toHaveLength(STEPS);
    await reader.close();
    expect(told).toHaveLength(1);
  });
});

describe('a merge from a store with damage', () => {
  it('reports it, merges the valid lines, and merges the rest after the source is repaired', async () => {
    const { folder: from, run, log } = await storeWithRun();
    const whole = join(temporaryFolder(), 'whole');
    cpSync(from, whole, { recursive: true });
    damageStep(log, 2);
    const into = join(temporaryFolder(), 'into');
    const dry = await mergeStores({ into, from, by: BY, dryRun: true });
    expect(dry.damage).toMatchObject([{ reason: expect.stringMatching(/check/) }]);
    const report = await mergeStores({ into, from, by: BY });
    expect(report.damage).toEqual(dry.damage);
    expect(report.logs.copied).toHaveLength(1);
    expect(reasons(into)).toEqual([]);
    expect(await stepsOf(into, run)).toEqual([0, 1, 3, 4, 5]);
    // The second merge copies nothing new, and reports the damage again.
    const again = await mergeStores({ into, from, by: BY });
    expect(again).toMatchObject({ logs: { copied: [], extended: [], unchanged: 1 } });
    expect(again.damage).toEqual(dry.damage);

    const repaired = await mergeStores({ into, from: whole, by: BY });
    expect(repaired.damage).toEqual([]);
    expect(await stepsOf(into, run)).toEqual([0, 1, 2, 3, 4, 5]);
    expect(reasons(into)).toEqual([]);
  });

  it('restores from a whole copy what is damaged here', async () => {
    const { folder, run, log } = await storeWithRun();
    const copy = join(temporaryFolder(), 'copy');
    cpSync(folder, copy, { recursive: true });
    damageStep(log, 3);
    expect(await stepsOf(folder, run)).toEqual([0, 1, 2, 4, 5]);
    const report = await mergeStores({ into: folder, from: copy, by: BY });
    expect(report.damage).toEqual([]);
    expect(await stepsOf(folder, run)).toEqual([0, 1, 2, 3, 4, 5]);
  });

  it('skips a log whose header is damaged, and reports it', async () => {
    const { folder: from, log } = await storeWithRun();
    writeFileSync(log, readFileSync(log, 'utf8').replace('"kind":"log"', '"kind":"lag"'));
    const into = join(temporaryFolder(), 'into');
    const report = await mergeStores({ into, from, by: BY });
    expect(report).toMatchObject({
      logs: { copied: [] },
      damage: [{ reason: expect.stringMatching(/no header/) }],
    });
  });
});

describe('doctor --fix', () => {
  async function repaired(folder: string): Promise<void> {
    const before = openFileStore(folder, { index: 'off' });
    const state = await wholeState(before);
    await before.close();
    const { findings } = await examineStore(folder, { fix: true });
    const found = findings.filter(({ check }) => check === 'log-lines');
    expect(found.length).toBeGreaterThan(0);
    expect(found.every(({ isFixed }) => isFixed)).toBe(true);
    expect((await examineStore(folder)).findings).toEqual([]);
    const after = openFileStore(folder, { index: 'off' });
    expect(await wholeState(after)).toEqual(state);
    await after.close();
  }

  /** The bytes of each line of the quarantine, in order. */
  function quarantined(folder: string): Buffer {
    const place = join(folder, LAYOUT.quarantine);
    const records = readdirSync(place)
      .flatMap((name) => lines(join(place, name)))
      .map((line) => JSON.parse(line) as { base64?: string; zeros?: number });
    return Buffer.concat(
      records.map(({ base64, zeros }) =>
        base64 === undefined ? Buffer.alloc(zeros ?? 0) : Buffer.from(base64, 'base64'),
      ),
    );
  }

  it('removes damaged lines from a log, and keeps their bytes', async () => {
    const { folder, log } = await storeWithRun();
    damageStep(log, 1);
    damageStep(log, 4);
    const damaged = lines(log).filter((line) => line.includes('"loss":9'));
    await repaired(folder);
    expect(quarantined(folder).toString()).toBe(`${damaged.join('\n')}\n`);
  });

  it('removes two lines that a lost newline made one', async () => {
    const { folder, log } = await storeWithRun();
    const bytes = readFileSync(log);
    const newline = bytes.indexOf(10, bytes.indexOf('"loss":2}'));
    bytes[newline] = 0x0b;
    writeFileSync(log, bytes);
    expect(reasons(folder)).toHaveLength(2);
    await repaired(folder);
  });

  it('removes zeros after the last line', async () => {
    const { folder, log } = await storeWithRun();
    appendFileSync(log, Buffer.alloc(10_000));
    await repaired(folder);
    expect(quarantined(folder)).toEqual(Buffer.alloc(10_000));
  });

  it('finds zeros after a long torn line', async () => {
    const { folder, log } = await storeWithRun();
    const tail = Buffer.concat([Buffer.from('{"at":1,"x":"'.padEnd(50_000, 'x')), Buffer.alloc(9)]);
    appendFileSync(log, tail);
    await repaired(folder);
    expect(quarantined(folder)).toEqual(tail);
  });

  it('lowers the stamps from a wrong clock, so that later events win again', async () => {
    const { folder, run, log } = await storeWithRun();
    // Written before the events of the wrong clock, which this process never reads.
    const store = openFileStore(folder);
    await store.append([{ kind: 'tags', run, tags: { phase: 'third' } }]);
    await store.close();
    const farUs = (Date.now() + 400 * 24 * 60 * 60 * 1000) * 1000;
    const far = [
      { at: farUs, kind: 'tags', run, tags: { phase: 'first' } },
      { at: farUs + 1, kind: 'tags', run, tags: { phase: 'second' } },
      { at: farUs + 2, kind: 'metrics', run, step: 7, metrics: { loss: 7 } },
      { at: farUs + 3, kind: 'sealed' },
    ].map((line) => `${withCheck(JSON.stringify(line))}\n`);
    appendFileSync(log, far.join(''));
    const tagOf = async () => {
      const store = openFileStore(folder);
      const [found] = await store.runs({ runIds: [run] });
      const [point] = (await store.metricHistory(run, 'loss')).slice(-1);
      await store.close();
      return { phase: found?.tags.phase, point };
    };
    const { point, phase } = await tagOf();
    expect(phase).toBe('second');
    const { findings } = await examineStore(folder, { fix: true });
    expect(findings.filter(({ check }) => check === 'future-stamps')).toMatchObject([
      { isFixed: true },
    ]);
    // The time that the program gave the point stays.
    expect(await tagOf()).toEqual({ phase: 'third', point });
    expect((await examineStore(folder)).findings).toEqual([]);
    expect(quarantined(folder).toString()).toBe(far.join(''));
  });

  it('does not change a log that a process may still write to', async () => {
    const { folder } = await storeWithRun();
    const store = openFileStore(folder);
    await store.createExperiment({ name: 'e', creationTimeMs: 1 });
    const open = readdirSync(join(folder, LAYOUT.logs))
      .map((name) => join(folder, LAYOUT.logs, name))
      .find((path) => !readFileSync(path, 'utf8').includes('"sealed"')) as string;
    const text = readFileSync(open, 'utf8').replace('"name":"e"', '"name":"f"');
    writeFileSync(open, text);
    const { findings } = await examineStore(folder, { fix: true });
    const [found] = findings.filter(({ check }) => check === 'log-lines');
    expect(found).toMatchObject({ isFixed: false, severity: 'error' });
    expect(readFileSync(open, 'utf8')).toBe(text);
    await store.close();
  });
});

it.each([
  ['in a format that requires it', 2],
  ['in a format without checks', 1],
])(
  'a line without a check, %s, counts in histories as in the fold, also with an index',
  async (_, format) => {
    const { folder, run, log } = await storeWithRun();
    const unchecked = (line: string): string => line.replace(/,"crc":\d+\}$/, '}');
    const isOf = (line: string): boolean => (format === 1 ? true : line.includes('"loss":3}'));
    const changed = lines(log).map((line) => (isOf(line) ? unchecked(line) : line));
    writeFileSync(log, `${changed.join('\n')}\n`.replace('"format":2', `"format":${format}`));
    await refreshIndex(folder);
    for (const name of readdirSync(join(folder, LAYOUT.index))) {
      if (name.startsWith('points-')) rmSync(join(folder, LAYOUT.index, name));
    }
    const answers = async (index: 'auto' | 'off') => {
      const store = openFileStore(folder, { index });
      const points = await store.metricHistory(run, 'loss');
      const digest = await store.runStateDigest(run);
      await store.close();
      return { steps: points.map(({ step }) => step), digest };
    };
    const plain = await answers('off');
    expect(plain.steps).toEqual(format === 1 ? [0, 1, 2, 3, 4, 5] : [0, 1, 2, 4, 5]);
    expect(await answers('auto')).toEqual(plain);
  },
);
