import { existsSync, readdirSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '@tidemark/test-kit';
import { describe, expect, it } from 'vitest';
import type { StoreEvent } from '../../events/store-event.ts';
import { DEFAULT_EXPERIMENT_ID, newRunId } from '../../model/ids.ts';
import { searchRuns } from '../../search/search-runs.ts';
import { openFileStore } from '../file-store.ts';
import { refreshIndex } from '../refresh-index.ts';

const MANY = 3001;

async function writeRuns(folder: string, count: number): Promise<void> {
  const store = openFileStore(folder);
  await store.append(
    Array.from({ length: count }, (_, at): StoreEvent => {
      const named = { experiment: DEFAULT_EXPERIMENT_ID, name: `r${at}`, user: '', timeMs: at };
      return { kind: 'run-created', run: newRunId(), ...named };
    }),
  );
  await store.close();
}

function indexOf(folder: string): string[] {
  const index = join(folder, 'index');
  return existsSync(index) ? readdirSync(index).sort() : [];
}

const newest = async (folder: string): Promise<string | undefined> =>
  (await searchRuns(openFileStore(folder), { maxResults: 1 })).runs[0]?.name;

describe('an index', () => {
  it('is created by a process that reads many lines without one, and not by a process that only writes', async () => {
    const folder = join(temporaryFolder(), 'store');
    await writeRuns(folder, MANY);
    expect(indexOf(folder)).toEqual([]);
    const reader = openFileStore(folder);
    await reader.experiments();
    expect(indexOf(folder)).toEqual([]);
    await reader.close();
    expect(indexOf(folder)).toEqual(['000000000001.json', expect.stringMatching(/^part-.*\.bin$/)]);
  });

  it('is created by a reader that stays open, which gives the same answers afterwards', async () => {
    const folder = join(temporaryFolder(), 'store');
    await writeRuns(folder, MANY);
    const reader = openFileStore(folder);
    await reader.experiments();
    await expect.poll(() => indexOf(folder)).toContain('000000000001.json');
    expect((await searchRuns(reader, { maxResults: 1 })).runs[0]?.name).toBe(`r${MANY - 1}`);
    await reader.close();
  });

  it('is not needed where it cannot be written', async () => {
    const folder = join(temporaryFolder(), 'store');
    await writeRuns(folder, MANY);
    writeFileSync(join(folder, 'index'), 'no folder');
    const reader = openFileStore(folder);
    expect((await searchRuns(reader, { maxResults: 1 })).runs[0]?.name).toBe(`r${MANY - 1}`);
    await reader.close();
    expect(await refreshIndex(folder)).toBe(false);
  });

  it('can be made twice at the same time', async () => {
    const folder = join(temporaryFolder(), 'store');
    await writeRuns(folder, 10);
    const made = await Promise.all([refreshIndex(folder), refreshIndex(folder)]);
    expect(made).toContain(true);
    expect(await newest(folder)).toBe('r9');
  });

  it('merges small parts, and removes old parts that no manifest names', async () => {
    const folder = join(temporaryFolder(), 'store');
    for (let count = 1; count <= 4; count += 1) {
      await writeRuns(folder, count);
      for (const name of indexOf(folder)) {
        const path = join(folder, 'index', name);
        const longAgo = statSync(path).mtimeMs / 1000 - 3600;
        utimesSync(path, longAgo, longAgo);
      }
      expect(await refreshIndex(folder)).toBe(true);
    }
    expect(indexOf(folder).filter((name) => name.endsWith('.json'))).toEqual([
      '000000000003.json',
      '000000000004.json',
    ]);
    expect(indexOf(folder).filter((name) => name.endsWith('.bin')).length).toBeLessThanOrEqual(3);
    expect((await searchRuns(openFileStore(folder))).runs).toHaveLength(10);
    expect(await refreshIndex(folder)).toBe(false);
    rmSync(join(folder, 'index'), { recursive: true });
    expect((await searchRuns(openFileStore(folder))).runs).toHaveLength(10);
  });
});
