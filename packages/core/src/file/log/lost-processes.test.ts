import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { bundleScript, temporaryFolder } from '@tidemark/test-kit';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { ExperimentId } from '../../model/ids.ts';
import type { Run } from '../../model/run.ts';
import { recheckLines } from '../../testing/recheck-lines.ts';
import { openFileStore } from '../file-store.ts';

const DRAFT = { experimentId: '0' as ExperimentId, name: 'r', userId: '', startTimeMs: 1 };

function logOf(folder: string): string {
  const [name] = readdirSync(join(folder, 'logs')).filter((each) => each.endsWith('.jsonl'));
  return join(folder, 'logs', name as string);
}

/** Makes a log look as if it was written before a restart or on another machine: its boot id differs. */
function moveElsewhere(log: string): void {
  const [header, ...lines] = readFileSync(log, 'utf8').split('\n') as [string, ...string[]];
  const there = { boot: 'another', host: 'elsewhere', crc: undefined };
  const elsewhere = JSON.stringify({ ...JSON.parse(header), ...there });
  writeFileSync(log, recheckLines([elsewhere, ...lines].join('\n')));
}

function setAge(log: string, seconds: number): void {
  const time = statSync(log).mtimeMs / 1000 - seconds;
  utimesSync(log, time, time);
}

async function onlyRun(folder: string): Promise<Run> {
  const [run] = await openFileStore(folder).runs({});
  return run as Run;
}

async function storeWrittenElsewhere(draft: { remote?: boolean } = {}) {
  const folder = join(temporaryFolder(), 'store');
  const store = openFileStore(folder);
  const run = await store.createRun({ ...DRAFT, ...draft });
  const log = logOf(folder);
  moveElsewhere(log);
  return { folder, log, run };
}

describe('a run whose process cannot be checked from here', () => {
  it('is RUNNING while its process touches the log, and lost a minute later', async () => {
    const { folder, log } = await storeWrittenElsewhere();
    expect((await onlyRun(folder)).status).toBe('RUNNING');
    setAge(log, 61);
    expect(await onlyRun(folder)).toMatchObject({
      status: 'FAILED',
      lostReason: expect.stringMatching(/on elsewhere.*no sign of life/),
    });
    setAge(log, -61);
    expect((await onlyRun(folder)).status).toBe('RUNNING');
  });

  it('is RUNNING again when a living process resumes it', async () => {
    const { folder, log, run } = await storeWrittenElsewhere();
    setAge(log, 3600);
    const store = openFileStore(folder);
    expect((await onlyRun(folder)).status).toBe('FAILED');
    await store.append([{ kind: 'run-updated', run: run.runId, status: 'RUNNING' }]);
    expect((await onlyRun(folder)).status).toBe('RUNNING');
  });

  it('is never lost if a server logged it for a client, until another process resumes it', async () => {
    const { folder, log, run } = await storeWrittenElsewhere({ remote: true });
    setAge(log, 3600);
    expect((await onlyRun(folder)).status).toBe('RUNNING');
    const second = openFileStore(folder);
    await second.append([{ kind: 'run-updated', run: run.runId, status: 'RUNNING' }]);
    await second.close();
    for (const name of readdirSync(join(folder, 'logs'))) {
      const other = join(folder, 'logs', name);
      if (other !== log) moveElsewhere(other);
      setAge(other, 3600);
    }
    expect((await onlyRun(folder)).status).toBe('FAILED');
  });
});

describe('the heartbeat', () => {
  const source = new URL('../../testing/block-until-killed.ts', import.meta.url);

  async function start(folder: string): Promise<ChildProcess> {
    const child = spawn(process.execPath, [await bundleScript(source), folder, '20'], {
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    onTestFinished(() => {
      child.kill('SIGKILL');
    });
    return child;
  }

  async function waitFor<T>(find: () => T | undefined): Promise<T> {
    for (;;) {
      const found = find();
      if (found !== undefined) return found;
      await setTimeout(10);
    }
  }

  const touched = (log: string, afterMs: number) => () => {
    const { mtimeMs } = statSync(log);
    return mtimeMs > afterMs ? mtimeMs : undefined;
  };

  it('continues while the program never yields, and stops when it dies', async () => {
    const folder = join(temporaryFolder(), 'store');
    const child = await start(folder);
    const log = await waitFor(() => {
      try {
        return logOf(folder);
      } catch {
        return undefined;
      }
    });
    let lastMs = statSync(log).mtimeMs;
    for (let beat = 0; beat < 3; beat += 1) lastMs = await waitFor(touched(log, lastMs));
    child.kill('SIGKILL');
    await once(child, 'close');
    const { mtimeMs } = statSync(log);
    await setTimeout(100);
    expect(statSync(log).mtimeMs).toBe(mtimeMs);
  });
});
