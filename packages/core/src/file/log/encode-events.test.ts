import { join } from 'node:path';
import { temporaryFolder } from '@tidemark/test-kit';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { decodeEventLine } from '../../events/event-line.ts';
import { HybridClock, NO_ORDER } from '../../events/stamp.ts';
import type { StoreEvent } from '../../events/store-event.ts';
import type { ExperimentId, RunId } from '../../model/ids.ts';
import { StoreFold } from '../../state/store-fold.ts';
import { anyStoreEvent, RUN_IDS } from '../../testing/event-arbitraries.ts';
import { openFileStore } from '../file-store.ts';
import type { StoreDamage } from '../store-damage.ts';
import { encodeEvents } from './encode-events.ts';
import { LOG_LIMITS } from './log-limits.ts';

const [run] = RUN_IDS as [RunId];

function decoded(bytes: Uint8Array): StoreEvent[] {
  const lines = Buffer.from(bytes).toString('utf8').split('\n').slice(0, -1);
  return lines.map((line) => {
    const found = decodeEventLine(line);
    if (found.outcome !== 'event') throw new Error(`${found.outcome}: ${line}`);
    return found.event;
  });
}

function viewOf(events: readonly StoreEvent[]): unknown {
  const fold = new StoreFold();
  const created = { kind: 'run-created', run, experiment: '0' as ExperimentId } as const;
  fold.apply({ ...created, name: 'r', user: '', timeMs: 0 }, NO_ORDER);
  for (const [index, event] of events.entries()) {
    fold.apply(event, { stampUs: index + 1, writer: 'w', position: index });
  }
  return fold.run(run)?.view();
}

it('an event that is too long for a line is split into lines that fold to the same state, or refused as a whole', () => {
  fc.assert(
    fc.property(anyStoreEvent, fc.integer({ min: 60, max: 400 }), (event, lineBytes) => {
      let lines: Uint8Array;
      try {
        lines = encodeEvents([event], new HybridClock(), lineBytes).bytes;
      } catch (error) {
        expect(error).toMatchObject({ code: 'INVALID_ARGUMENT' });
        return;
      }
      for (const line of Buffer.from(lines).toString('utf8').split('\n')) {
        expect(Buffer.byteLength(line)).toBeLessThan(lineBytes);
      }
      expect(viewOf(decoded(lines))).toEqual(viewOf([event]));
    }),
  );
});

it('everything that a store acknowledges is read back, also if it is too long for a line', async () => {
  const folder = join(temporaryFolder(), 'store');
  const store = openFileStore(folder);
  const draft = { experimentId: '0' as ExperimentId, name: 'r', userId: '', startTimeMs: 1 };
  const { runId } = await store.createRun(draft);
  const large = 'x'.repeat(LOG_LIMITS.lineBytes / 2);
  await store.append([{ kind: 'tags', run: runId, tags: { a: large, b: large, c: 'small' } }]);
  const whole = { kind: 'params', run: runId, params: { p: large + large } } as const;
  await expect(store.append([whole])).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
  await store.close();
  const damage: StoreDamage[] = [];
  const reader = openFileStore(folder, { onDamage: (found) => damage.push(found) });
  const [found] = await reader.runs({ runIds: [runId] });
  expect(found?.tags.a?.length).toBe(large.length);
  expect(found?.tags.b?.length).toBe(large.length);
  expect(found?.tags.c).toBe('small');
  expect(found?.params).toEqual({});
  expect(damage).toEqual([]);
});
