import { readdirSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '@tidemark/test-kit';
import { describe, expect, it } from 'vitest';
import { DEFAULT_EXPERIMENT_ID, newRunId } from '../../model/ids.ts';
import { openFileStore } from '../file-store.ts';
import { LogReader } from './log-reader.ts';

/** A store with two logs of one run each, and a reader that calls back at the first event. */
async function twoLogs(onFirstEvent: (logs: readonly string[]) => void) {
  const folder = join(temporaryFolder(), 'store');
  for (const name of ['a', 'b']) {
    const store = openFileStore(folder);
    const draft = { experimentId: DEFAULT_EXPERIMENT_ID, name, userId: '', startTimeMs: 1 };
    const { runId } = await store.createRun({ ...draft, runId: newRunId() });
    await store.append([{ kind: 'tags', run: runId, tags: { t: '1' } }]);
    await store.close();
  }
  const names = readdirSync(join(folder, 'logs')).sort();
  const logs = names.map((name) => join(folder, 'logs', name));
  let isFirst = true;
  const damage: string[] = [];
  const reader = new LogReader({
    folder,
    onEvent: () => {
      if (isFirst) onFirstEvent(logs);
      isFirst = false;
    },
    onDamage: ({ reason }) => damage.push(reason),
  });
  return { reader, damage };
}

describe('a clean-up that removes a log', () => {
  it.each([
    ['while it is read', 0],
    ['before it is read', 1],
  ])('%s makes the reader start again, and is not reported as damage', async (_, place) => {
    const { reader, damage } = await twoLogs((logs) => unlinkSync(logs[place] as string));
    expect(reader.refresh()).toBe('replaced');
    expect(damage).toEqual([]);
  });
});
