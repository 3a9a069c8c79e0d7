import { execFileSync, spawnSync } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { bundleScript, temporaryFolder } from '@tidemark/test-kit';
import { describe, expect, it, onTestFinished, type TestContext } from 'vitest';
import type { ExperimentId } from '../model/ids.ts';
import type { Run } from '../model/run.ts';
import type { Store } from '../port/store.ts';
import { planMetrics } from '../tracking/plan-metrics.ts';
import { openFileStore } from './file-store.ts';
import type { StoreDamage } from './store-damage.ts';

// The disk is really full, the file system really read-only, and the process really has no free file descriptors.

const NO_MOUNT = 'only root on Linux, where mounting is allowed, can make a file system for a test';

/** Mounts on an empty folder until the test ends; skips the test where mounting is not allowed. */
function mount(context: TestContext, ...args: string[]): string {
  const folder = temporaryFolder();
  try {
    execFileSync('mount', [...args, folder], { stdio: 'pipe' });
  } catch {
    context.skip(NO_MOUNT);
  }
  onTestFinished(() => {
    execFileSync('umount', ['-l', folder], { stdio: 'pipe' });
  });
  return folder;
}

/** Longer than the smallest step of `fill`, so that a disk without room for a step has no room for a run. */
const RUN_NAME = 'r'.repeat(250);

function newRun(store: Store): Promise<Run> {
  const experimentId = '0' as ExperimentId;
  return store.createRun({ experimentId, name: RUN_NAME, userId: '', startTimeMs: 1 });
}

/** Logs steps until even a small one is refused, and returns their number. */
async function fill(store: Store, run: Run): Promise<{ logged: number; error: unknown }> {
  let [logged, error]: [number, unknown] = [0, undefined];
  for (const size of [4000, 0]) {
    const tags = { filler: 'x'.repeat(size) };
    for (error = undefined; error === undefined; ) {
      const metrics = planMetrics(run.runId, { loss: logged }, { step: logged });
      try {
        await store.append([metrics, { kind: 'tags', run: run.runId, tags }]);
        logged += 1;
      } catch (refusal) {
        error = refusal;
      }
    }
  }
  return { logged, error };
}

async function stepsOf(store: Store, run: Run): Promise<number[]> {
  return (await store.metricHistory(run.runId, 'loss')).map(({ step }) => step);
}

const FULL = expect.objectContaining({
  code: 'WRITE_FAILED',
  message: expect.stringContaining('disk is full'),
});

describe('a full disk', () => {
  it.for(['os', 'fsync', 'buffered'] as const)(
    'refuses what does not fit, keeps what it accepted, and accepts writes again when there is room (%s)',
    async (durability, context) => {
      const disk = mount(context, '-t', 'tmpfs', '-o', 'size=512k', 'tidemark-test');
      const reserve = join(disk, 'reserve');
      writeFileSync(reserve, new Uint8Array(200_000));
      const folder = join(disk, 'store');
      const store = openFileStore(folder, { durability });
      const run = await newRun(store);
      const { logged, error } = await fill(store, run);
      expect(error).toEqual(FULL);
      await expect(newRun(store)).rejects.toEqual(FULL);
      const second = openFileStore(folder);
      const steps = Array.from({ length: logged }, (_, step) => step);
      // Buffered lines can need more space than is free, so that another store still has space.
      if (durability !== 'buffered') {
        await expect(newRun(second)).rejects.toEqual(FULL);
        expect(await stepsOf(openFileStore(folder), run)).toEqual(steps);
      }
      rmSync(reserve);
      await store.append([planMetrics(run.runId, { loss: logged }, { step: logged })]);
      await newRun(second);
      await store.close();
      await second.close();
      const damage: StoreDamage[] = [];
      const reader = openFileStore(folder, { onDamage: (found) => damage.push(found) });
      expect(await stepsOf(reader, run)).toEqual([...steps, logged]);
      expect(await reader.runs({})).toHaveLength(2);
      expect(damage).toEqual([]);
    },
  );
});

describe('a read-only store', () => {
  it('can be read, refuses writes with the reason, and accepts them again when it is writable', async (context) => {
    const disk = mount(context, '-t', 'tmpfs', '-o', 'size=4m', 'tidemark-test');
    const folder = join(disk, 'store');
    const before = openFileStore(folder);
    const run = await newRun(before);
    await before.append([planMetrics(run.runId, { loss: 1 }, { step: 0 })]);
    await before.close();
    execFileSync('mount', ['-o', 'remount,ro', disk], { stdio: 'pipe' });
    const damage: StoreDamage[] = [];
    const store = openFileStore(folder, { onDamage: (found) => damage.push(found) });
    expect(await stepsOf(store, run)).toEqual([0]);
    const readOnly = expect.objectContaining({
      code: 'WRITE_FAILED',
      message: expect.stringContaining('read-only'),
    });
    for (let call = 0; call < 3; call += 1) await expect(newRun(store)).rejects.toEqual(readOnly);
    expect(damage).toEqual([]);
    execFileSync('mount', ['-o', 'remount,rw', disk], { stdio: 'pipe' });
    await store.append([planMetrics(run.runId, { loss: 2 }, { step: 1 })]);
    expect(await stepsOf(openFileStore(folder), run)).toEqual([0, 1]);
    await store.close();
  });
});

describe('a process without free file descriptors', () => {
  it('writes to an open log, gets an error for a new one, and works again afterwards', async (context) => {
    if (process.platform === 'win32') context.skip('Windows has no such limit to set');
    const base = temporaryFolder();
    const script = await bundleScript(new URL('../testing/use-up-descriptors.ts', import.meta.url));
    const { stdout, stderr } = spawnSync(
      'sh',
      ['-c', 'ulimit -n 64 && exec "$@"', 'sh', process.execPath, script, join(base, 'store')],
      { encoding: 'utf8' },
    );
    expect(stderr).toBe('');
    expect(JSON.parse(stdout)).toEqual({
      // The shared log is open. The run's own log, which is due now, cannot be opened.
      logged: 'written',
      // Creating a run reads first whether its experiment was purged.
      begun: 'READ_FAILED: this process has too many files open',
      read: 'READ_FAILED: this process has too many files open',
      afterwards: { steps: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10], runs: 2, damage: [] },
    });
  });

  it('writes more artifacts at once than it may open files', async (context) => {
    if (process.platform === 'win32') context.skip('Windows has no such limit to set');
    const url = new URL('../testing/write-many-artifacts.ts', import.meta.url);
    const { stdout, stderr } = spawnSync(
      'sh',
      [
        '-c',
        'ulimit -n 150 && exec "$@"',
        'sh',
        process.execPath,
        await bundleScript(url),
        temporaryFolder(),
      ],
      { encoding: 'utf8' },
    );
    expect(stderr).toBe('');
    expect(JSON.parse(stdout)).toEqual({ listed: 300 });
  });
});
