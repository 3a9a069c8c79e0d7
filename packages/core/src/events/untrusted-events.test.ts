import { appendFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '@tidemark/test-kit';
import { describe, expect, it } from 'vitest';
import { examineStore } from '../file/doctor/examine-store.ts';
import { openFileStore } from '../file/file-store.ts';
import { withCheck } from '../file/log/line-check.ts';
import type { StoreDamage } from '../file/store-damage.ts';
import { assertEvent } from './assert-event.ts';
import { decodeEventLine } from './event-line.ts';
import type { StoreEvent } from './store-event.ts';

const run = 'a'.repeat(32);
const file = { path: 'a.txt', sizeBytes: 1, sha256: '0'.repeat(64) };

const PATHS = [
  '',
  '../../x',
  '/etc/passwd',
  'C:\\x',
  'a\u0000b',
  'a//b',
  'a/../b',
  'x'.repeat(1025),
];
const KEYS = ['', '../x', '/x', 'a//b', 'a\u0000', 'a"b', 'x'.repeat(251)];

/** Values that no writer puts into a log, but that a log from elsewhere may have. */
const REFUSED: readonly Record<string, unknown>[] = [
  ...PATHS.flatMap((path) => [
    { kind: 'artifact', owner: { run }, file: { ...file, path } },
    { kind: 'artifact', owner: { run }, file: { ...file, sameAs: { owner: { run }, path } } },
    { kind: 'artifact-removed', owner: { run }, path },
    { kind: 'purged', timeMs: 1, by: { name: 'eve', authenticated: true }, run, artifact: path },
  ]),
  ...KEYS.flatMap((key) => [
    { kind: 'params', run, params: { [key]: '1' } },
    { kind: 'tags', run, tags: { [key]: null } },
    { kind: 'metrics', run, timeMs: 1, step: 0, metrics: { [key]: 1 } },
    { kind: 'metric-series', run, timeMs: 1, key, steps: [0], values: [1] },
    {
      kind: 'run-created',
      run,
      experiment: '0',
      name: '',
      user: '',
      timeMs: 1,
      tags: { [key]: '' },
    },
    { kind: 'experiment-updated', experiment: '0', timeMs: 1, tags: { [key]: '' } },
    { kind: 'model-params', model: 'm-x', timeMs: 1, params: { [key]: '' } },
  ]),
  ...['', ' ', 'a\u0000b', 'x'.repeat(501)].flatMap((name) => [
    { kind: 'experiment-created', experiment: '1', name, timeMs: 1 },
    { kind: 'experiment-updated', experiment: '1', name, timeMs: 1 },
    { kind: 'model-created', model: 'm-x', experiment: '0', name, timeMs: 1 },
  ]),
  { kind: 'run-created', run: '../../x', experiment: '0', name: '', user: '', timeMs: 1 },
  { kind: 'artifact', owner: { run: 'models' }, file },
  { kind: 'artifact', owner: { run }, file: { ...file, sizeBytes: -1 } },
  { kind: 'artifact', owner: { run }, file: { ...file, sha256: '../x' } },
];

describe('an event that breaks the rules for paths, keys, ids or names', () => {
  it.each(REFUSED.map((event) => [JSON.stringify(event).slice(0, 110), event] as const))(
    'is refused when it is written and is damage when it is read: %s',
    (_, event) => {
      expect(() => assertEvent(event as unknown as StoreEvent)).toThrow(
        expect.objectContaining({ code: 'INVALID_ARGUMENT' }),
      );
      expect(decodeEventLine(JSON.stringify({ at: 5, ...event })).outcome).toBe('damaged');
    },
  );

  it('is skipped in a log from elsewhere, and reported by the reader and the doctor', async () => {
    const folder = join(temporaryFolder(), 'store');
    const store = openFileStore(folder);
    const draft = { experimentId: '0' as never, name: 'r', userId: '', startTimeMs: 1 };
    const { runId } = await store.createRun(draft);
    await store.close();
    const [log = ''] = readdirSync(join(folder, 'logs'));
    const event = { kind: 'artifact', owner: { run: runId }, file: { ...file, path: '../../x' } };
    appendFileSync(
      join(folder, 'logs', log),
      `${withCheck(JSON.stringify({ at: 5, ...event }))}\n`,
    );
    const damage: StoreDamage[] = [];
    const reader = openFileStore(folder, { onDamage: (found) => damage.push(found) });
    const owner = { kind: 'run', experimentId: draft.experimentId, runId } as const;
    expect(await reader.artifacts.list(owner)).toEqual([]);
    await reader.runs({});
    expect(damage).toEqual([expect.objectContaining({ file: `logs/${log}` })]);
    expect(damage[0]?.reason).toContain('"../../x", which leaves its folder');
    const { findings } = await examineStore(folder);
    expect(findings).toContainEqual(
      expect.objectContaining({ check: 'log-lines', severity: 'error', place: `logs/${log}` }),
    );
  });
});
