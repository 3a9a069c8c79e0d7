import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  appendFileSync,
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { bundleScript, temporaryFolder } from '@tidemark/test-kit';
import { describe, expect, it } from 'vitest';
import { LATEST_STAMP_US } from '../events/stamp.ts';
import type { Run } from '../model/run.ts';
import type { Store } from '../port/store.ts';
import { examineStore } from './doctor/examine-store.ts';
import { openFileStore } from './file-store.ts';
import { withCheck } from './log/line-check.ts';
import type { StoreDamage } from './store-damage.ts';

const DEFAULT = { experimentId: '0', name: 'r', userId: '', startTimeMs: 1 } as const;

async function newRun(store: Store): Promise<Run> {
  const [experiment] = await store.experiments();
  return store.createRun({
    ...DEFAULT,
    experimentId: (experiment as { experimentId: Run['experimentId'] }).experimentId,
  });
}

function logsOf(folder: string): string[] {
  return readdirSync(join(folder, 'logs')).map((name) => join(folder, 'logs', name));
}

describe('in a damaged store', () => {
  async function storeWithRun() {
    const folder = join(temporaryFolder(), 'store');
    const store = openFileStore(folder);
    const run = await newRun(store);
    const damage: StoreDamage[] = [];
    const read = async (): Promise<Run | undefined> => {
      damage.length = 0;
      const reader = openFileStore(folder, { onDamage: (found) => damage.push(found) });
      return (await reader.runs({ runIds: [run.runId] }))[0];
    };
    return { folder, store, run, damage, read, log: logsOf(folder)[0] as string };
  }

  it('a torn last line is skipped and not reported', async () => {
    const { run, damage, read, log } = await storeWithRun();
    appendFileSync(log, `{"at":99,"kind":"tags","run":"${run.runId}","tags":{"a":`);
    expect(await read()).toEqual(run);
    expect(damage).toEqual([]);
  });

  it('a damaged line is reported, and everything around it is read', async () => {
    const { store, run, damage, read, log } = await storeWithRun();
    appendFileSync(log, '\u0000\u0000garbage\n');
    await store.append([{ kind: 'tags', run: run.runId, tags: { after: 'yes' } }]);
    expect((await read())?.tags.after).toBe('yes');
    expect(damage).toEqual([
      {
        file: expect.stringMatching(/^logs\/.*\.jsonl$/),
        offset: expect.any(Number),
        reason: expect.stringContaining('check of the line does not match'),
      },
    ]);
  });

  it('a log without a header is reported, and not read', async () => {
    const { folder, run, damage, read } = await storeWithRun();
    const forged = `{"at":5,"kind":"tags","run":"${run.runId}","tags":{"forged":"yes"}}\n`;
    writeFileSync(join(folder, 'logs', 'forged-000000.jsonl'), forged + forged);
    expect((await read())?.tags).not.toHaveProperty('forged');
    expect(damage).toHaveLength(1);
  });

  it('a log of a newer format is refused', async () => {
    const { folder, read } = await storeWithRun();
    writeFileSync(join(folder, 'logs', 'newer-000000.jsonl'), '{"kind":"log","format":3}\n');
    await expect(read()).rejects.toMatchObject({ code: 'STORE_FORMAT_TOO_NEW' });
  });

  it('an unreadable log leaks no file descriptor, even after many attempts', async (context) => {
    if (process.platform !== 'linux') context.skip('/proc/self/fd exists on Linux only');
    const { folder, read } = await storeWithRun();
    const header = '{"kind":"log","format":99}\n{"at":5}\n';
    writeFileSync(join(folder, 'logs', 'newer-000000.jsonl'), header);
    const open = () => readdirSync('/proc/self/fd').length;
    const before = open();
    for (let attempt = 0; attempt < 50; attempt += 1) {
      await expect(read()).rejects.toMatchObject({ code: 'STORE_FORMAT_TOO_NEW' });
    }
    expect(open()).toBeLessThan(before + 10);
  });

  it('a broken link and a folder are skipped and reported', async () => {
    const { folder, run, damage, read } = await storeWithRun();
    symlinkSync(join(folder, 'nowhere'), join(folder, 'logs', 'dangling-000000.jsonl'));
    mkdirSync(join(folder, 'logs', 'folder-000000.jsonl'));
    expect(await read()).toEqual(run);
    expect(damage).toHaveLength(2);
    expect(await openFileStore(folder).metricHistory(run.runId, 'a')).toEqual([]);
  });

  it('a stamp that no clock gives is damage, and does not move later stamps', async () => {
    const { store, run, damage, read, log } = await storeWithRun();
    const far = Number.MAX_SAFE_INTEGER;
    const tags = `"kind":"tags","run":"${run.runId}","tags":{"far":"yes"}`;
    appendFileSync(log, `${withCheck(`{"at":${far},${tags}}`)}\n`);
    expect((await read())?.tags).not.toHaveProperty('far');
    expect(damage).toHaveLength(1);
    await store.runs({});
    await store.append([{ kind: 'params', run: run.runId, params: { later: 'yes' } }]);
    expect((await read())?.params).toEqual({ later: 'yes' });
  });

  it('the greatest valid stamp does not stop later writers, and the doctor reports it', async () => {
    const { folder, store, run, damage, read, log } = await storeWithRun();
    const tags = `"kind":"tags","run":"${run.runId}","tags":{"far":"yes"}`;
    appendFileSync(log, `${withCheck(`{"at":${LATEST_STAMP_US},${tags}}`)}\n`);
    expect((await read())?.tags.far).toBe('yes');
    expect(damage).toEqual([]);
    await store.runs({});
    await store.append([{ kind: 'params', run: run.runId, params: { later: 'yes' } }]);
    await store.close();
    const { findings } = await examineStore(folder);
    expect(findings.map(({ check }) => check)).toContain('future-stamps');
    const other = openFileStore(folder);
    await other.runs({});
    await other.append([{ kind: 'params', run: run.runId, params: { last: 'yes' } }]);
    await other.close();
    expect((await read())?.params).toEqual({ later: 'yes', last: 'yes' });
  });

  it('a history has the points from a writer whose clock is behind', async () => {
    const { store, run, log } = await storeWithRun();
    expect(await store.metricHistory(run.runId, 'loss')).toEqual([]);
    const metrics = `"run":"${run.runId}","step":0,"metrics":{"loss":1}`;
    appendFileSync(log, `${withCheck(`{"at":1000,"kind":"metrics",${metrics}}`)}\n`);
    expect(await store.metricHistory(run.runId, 'loss')).toHaveLength(1);
  });

  it('a log whose writer has the name __proto__ is reported, and not read', async () => {
    const { folder, run, damage, read, log } = await storeWithRun();
    const [header = ''] = readFileSync(log, 'utf8').split('\n');
    const forged = header.replace(/"writer":"[^"]*"/, '"writer":"__proto__"');
    const tags = `{"at":5,"kind":"tags","run":"${run.runId}","tags":{"forged":"yes"}}`;
    writeFileSync(join(folder, 'logs', 'forged-000000.jsonl'), `${forged}\n${tags}\n`);
    expect((await read())?.tags).not.toHaveProperty('forged');
    expect(damage).toHaveLength(1);
  });

  it('files that are not logs are ignored', async () => {
    const { folder, run, damage, read, log } = await storeWithRun();
    copyFileSync(log, join(folder, 'logs', 'copy.states.jsonl'));
    writeFileSync(join(folder, 'logs', '.hidden-000000.jsonl'), 'x\n');
    expect(await read()).toEqual(run);
    expect(damage).toEqual([]);
  });
});

describe('an open reader', () => {
  it('sees what another writer acknowledges, at once', async () => {
    const folder = join(temporaryFolder(), 'store');
    const [writer, reader] = [openFileStore(folder), openFileStore(folder)];
    const run = await newRun(writer);
    for (let step = 0; step < 5; step += 1) {
      await writer.append([
        { kind: 'metrics', run: run.runId, timeMs: 1, step, metrics: { a: step } },
      ]);
      expect((await reader.runs({}))[0]?.metrics.a?.value).toBe(step);
    }
  });

  it('forgets the events of a log that was deleted', async () => {
    const folder = join(temporaryFolder(), 'store');
    const reader = openFileStore(folder);
    await newRun(openFileStore(folder));
    expect(await reader.runs({})).toHaveLength(1);
    for (const log of logsOf(folder)) rmSync(log);
    expect(await reader.runs({})).toEqual([]);
  });

  it('stamps what it writes above what it has read, even if that is from the future', async () => {
    const folder = join(temporaryFolder(), 'store');
    const [ahead, behind] = [openFileStore(folder), openFileStore(folder)];
    const run = await newRun(ahead);
    const log = logsOf(folder)[0] as string;
    const future = (Date.now() + 3_600_000) * 1000;
    appendFileSync(
      log,
      `{"at":${future},"kind":"tags","run":"${run.runId}","tags":{"a":"ahead"}}\n`,
    );
    await behind.runs({});
    await behind.append([{ kind: 'tags', run: run.runId, tags: { a: 'behind' } }]);
    expect((await ahead.runs({}))[0]?.tags.a).toBe('behind');
  });
});

describe('two copies of a store that both were changed', () => {
  /** Merges like every merge: all logs together, and the longer one of two copies of a log. */
  function merge(sources: readonly string[], target: string): void {
    for (const source of sources) {
      cpSync(source, target, {
        recursive: true,
        filter: (from, to) =>
          statSync(from).isDirectory() ||
          !existsSync(to) ||
          statSync(to).size < statSync(from).size,
      });
    }
  }

  it('fold to the same state, in whichever order they are merged', async () => {
    const base = temporaryFolder();
    const [one, two] = [join(base, 'one'), join(base, 'two')];
    const first = openFileStore(one);
    const run = await newRun(first);
    cpSync(one, two, { recursive: true });
    const second = openFileStore(two);
    await first.append([{ kind: 'params', run: run.runId, params: { lr: '0.1' } }]);
    await second.append([{ kind: 'params', run: run.runId, params: { lr: '0.2' } }]);
    await second.append([{ kind: 'tags', run: run.runId, tags: { from: 'two' } }]);
    await newRun(second);
    merge([one, two], join(base, 'a'));
    merge([two, one], join(base, 'b'));
    const a = await openFileStore(join(base, 'a')).runs({});
    const b = await openFileStore(join(base, 'b')).runs({});
    expect(a).toHaveLength(2);
    expect(a).toEqual(b);
    expect(a.find(({ runId }) => runId === run.runId)?.paramConflicts).toEqual([
      { key: 'lr', value: '0.1', rejected: ['0.2'] },
    ]);
  });
});

describe('a run that was not ended', () => {
  it('is RUNNING while its process lives, and again when another process resumes it', async () => {
    const folder = join(temporaryFolder(), 'store');
    const store = openFileStore(folder);
    const run = await newRun(store);
    expect((await openFileStore(folder).runs({}))[0]).toEqual(run);
    const script = await bundleScript(new URL('../testing/write-until-killed.ts', import.meta.url));
    const args = [script, folder, join(folder, '..', 'acknowledged')];
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    await once(child.stdout, 'data');
    const other = (await store.runs({})).find(({ name }) => name === 'killed') as Run;
    expect(other.status).toBe('RUNNING');
    child.kill('SIGKILL');
    await once(child, 'close');
    const digest = await store.runStateDigest(other.runId);
    const judged = async () => (await store.runs({ runIds: [other.runId] }))[0];
    if (process.platform === 'linux') expect((await judged())?.status).toBe('FAILED');
    // A process that only logs to it will not end it.
    await store.append([{ kind: 'tags', run: other.runId, tags: { seen: 'yes' } }]);
    if (process.platform === 'linux') expect((await judged())?.status).toBe('FAILED');
    await store.append([{ kind: 'run-updated', run: other.runId, status: 'RUNNING' }]);
    expect(await judged()).toMatchObject({ status: 'RUNNING', tags: { seen: 'yes' } });
    expect(await judged()).not.toHaveProperty('lostReason');
    expect(await store.runStateDigest(other.runId, digest.through)).toEqual(digest);
  });
});

describe('two processes that log to one run', () => {
  it('both have all their points in it', async () => {
    const folder = join(temporaryFolder(), 'store');
    const store = openFileStore(folder);
    const run = await newRun(store);
    const script = await bundleScript(new URL('../testing/write-steps.ts', import.meta.url));
    const children = ['a', 'b'].map((key) =>
      spawn(process.execPath, [script, folder, run.runId, key, '200'], {
        stdio: 'inherit',
      }),
    );
    const codes = await Promise.all(children.map((child) => once(child, 'close')));
    expect(codes.map(([code]) => code as number)).toEqual([0, 0]);
    for (const key of ['a', 'b']) {
      expect(await store.metricHistory(run.runId, key)).toHaveLength(200);
    }
    expect(
      new Set(
        logsOf(folder).map((log) => readFileSync(log, 'utf8').split('"writer":"')[1]?.slice(0, 20)),
      ).size,
    ).toBe(3);
  });
});
