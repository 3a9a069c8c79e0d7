import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { bundleScript, temporaryFolder } from '@tidemark/test-kit';
import { describe, expect, it } from 'vitest';
import type { RunId } from '../../model/ids.ts';
import { BY, collect, purgeIn, SECRET, stateOf, storeOf } from '../../testing/store-to-collect.ts';
import { purge } from '../../tracking/purge.ts';
import { openFileStore } from '../file-store.ts';
import { planGarbage } from './plan-garbage.ts';

describe('a clean-up while other processes work', () => {
  it('loses nothing when it is killed at any moment, and the next one completes its work', async () => {
    const { folder, runs } = await storeOf(24);
    for (const run of runs.slice(0, 6)) {
      await purgeIn(folder, { run, part: 'tag', key: 'leaked' });
    }
    const before = await stateOf(folder);
    const original = join(temporaryFolder(), 'original');
    cpSync(folder, original, { recursive: true });
    for (let kill = 0; kill < 6; kill += 1) {
      if (kill % 3 === 0) cpSync(original, folder, { recursive: true });
      const child = await startScript('collect-until-killed.ts', folder);
      await once(child.stdout, 'data');
      await new Promise((resolve) => setTimeout(resolve, Math.random() * 12));
      child.kill('SIGKILL');
      await once(child, 'close');
      expect(await stateOf(folder)).toEqual(before);
    }
    await collect(folder);
    expect(await stateOf(folder)).toEqual(before);
    expect(await planGarbage(folder)).toMatchObject({ rewrites: [], merges: [] });
  });

  it('removes nothing that other processes write or read meanwhile', async () => {
    const { folder, runs } = await storeOf(16);
    const [run = '' as RunId] = runs;
    const reader = openFileStore(folder);
    expect(await reader.runs({})).toHaveLength(16);
    const writers = await Promise.all(
      ['a', 'b'].map((key) => startScript('write-steps.ts', folder, run, key, '3000')),
    );
    const ended = writers.map((child) => once(child, 'close'));
    for (const other of runs.slice(1, 5)) {
      await purge(reader, { run: other, part: 'tag', key: 'leaked' }, { by: BY });
      await collect(folder);
      expect(await reader.runs({})).toHaveLength(16);
    }
    for (const end of ended) expect(await end).toEqual([0, null]);
    await collect(folder);
    for (const store of [reader, openFileStore(folder)]) {
      for (const key of ['a', 'b']) {
        expect(await store.metricHistory(run, key)).toHaveLength(3000);
      }
      expect(await store.metricHistory(run, 'loss')).toHaveLength(3);
      const tagged = (await store.runs({})).filter(({ tags }) => tags.leaked === SECRET);
      expect(tagged).toHaveLength(12);
    }
  });
});

async function startScript(name: string, ...args: string[]) {
  const script = await bundleScript(new URL(`../../testing/${name}`, import.meta.url));
  return spawn(process.execPath, [script, ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
}
