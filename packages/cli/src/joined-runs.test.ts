import { join } from 'node:path';
import { openStore, startRun } from '@tidemark/client';
import type { Run, Store } from '@tidemark/core';
import { temporaryFolder } from '@tidemark/test-kit';
import { describe, expect, it, onTestFinished } from 'vitest';
import {
  LEAVING,
  type Leaving,
  type Member,
  runThread,
  startMember,
} from './testing/run-members.ts';
import { startServerProcess } from './testing/server-process.ts';

const SIGNALS: readonly NodeJS.Signals[] =
  process.platform === 'win32' ? ['SIGKILL'] : ['SIGTERM', 'SIGINT', 'SIGHUP', 'SIGKILL'];
/** Fewer ways for threads, because each thread loads everything again. */
const OF_THREADS: readonly Leaving[] = ['end', 'an uncaught exception', 'never'];

const PLACES = {
  'a folder': async () => join(temporaryFolder(), 'store'),
  'a server': async () => {
    const server = await startServerProcess('--store', join(temporaryFolder(), 'store'));
    onTestFinished(() => server.stop());
    return server.uri;
  },
} as const;

/** Returns the record of a run from a store that is opened for it. */
async function recorded(store: string, runId: string): Promise<Run> {
  const fresh = await openStore(store, { spool: false });
  const [run] = await fresh.runs({ runIds: [runId as Run['runId']] });
  if (run === undefined) throw new Error('the run is missing');
  return run;
}

async function openRun(place: keyof typeof PLACES) {
  const uri = await PLACES[place]();
  const store: Store = await openStore(uri, { spool: false });
  const owner = await startRun({ store, experiment: 'distributed', environment: false });
  onTestFinished(() => owner.end());
  return { uri, store, owner };
}

async function started(task: Parameters<typeof startMember>[0]): Promise<Member> {
  const member = await startMember(task);
  onTestFinished(() => member.kill('SIGKILL'));
  return member;
}

describe.each(Object.keys(PLACES) as (keyof typeof PLACES)[])(
  'a run that others join, in %s',
  (place) => {
    it('is not ended by a process that joined it, however that process ends', async () => {
      const { uri, owner } = await openRun(place);
      const { runId } = owner;
      const leave = async (leaves: Leaving): Promise<void> => {
        await (await started({ store: uri, runId, key: leaves, leaves })).gone;
      };
      const die = async (signal: NodeJS.Signals): Promise<void> => {
        const member = await started({ store: uri, runId, key: signal, leaves: 'never' });
        await member.kill(signal);
      };
      const ways = LEAVING.filter((way) => way !== 'never');
      await Promise.all([...ways.map(leave), ...SIGNALS.map(die)]);
      const expected = [...ways, ...SIGNALS];
      const run = await recorded(uri, runId);
      expect(Object.keys(run.metrics).sort()).toEqual(expected.sort());
      expect(run).toMatchObject({ status: 'RUNNING', artifacts: [] });
      expect(run.endTimeMs).toBeUndefined();
      expect(run.tags).not.toHaveProperty('tidemark.error');
      await owner.end('FAILED');
      expect((await recorded(uri, runId)).status).toBe('FAILED');
    });

    it('is not ended by a thread that joined it', async () => {
      const { uri, owner } = await openRun(place);
      const { runId } = owner;
      await Promise.all(
        OF_THREADS.map((leaves) => runThread({ store: uri, runId, key: leaves, leaves })),
      );
      const run = await recorded(uri, runId);
      expect(Object.keys(run.metrics).sort()).toEqual([...OF_THREADS].sort());
      expect(run).toMatchObject({ status: 'RUNNING', artifacts: [] });
      await owner.end();
      expect((await recorded(uri, runId)).status).toBe('FINISHED');
    });

    it('keeps the status that its owner gave it while others continue to log', async () => {
      const { uri, owner } = await openRun(place);
      const member = await started({
        store: uri,
        runId: owner.runId,
        key: 'late',
        leaves: 'never',
      });
      await owner.end('FAILED');
      const ended = await recorded(uri, owner.runId);
      await member.logMore();
      await member.kill('SIGTERM');
      const { status, endTimeMs, metrics } = await recorded(uri, owner.runId);
      expect({ status, endTimeMs }).toEqual({ status: 'FAILED', endTimeMs: ended.endTimeMs });
      expect(metrics.late?.step).toBe(1);
    });

    it('has the nested runs of its workers in its store and experiment', async () => {
      const { uri, store, owner } = await openRun(place);
      const leaves = 'after a nested run';
      await (await started({ store: uri, runId: owner.runId, key: 'child', leaves })).gone;
      const children = (await store.runs({})).filter(({ name }) => name === 'child');
      expect(children).toMatchObject([
        {
          experimentId: owner.experimentId,
          status: 'FINISHED',
          tags: { 'mlflow.parentRunId': owner.runId },
        },
      ]);
    });
  },
);

it.skipIf(process.platform !== 'linux')(
  'a run in a folder is lost when its owner dies, until it is resumed',
  async () => {
    const store = await PLACES['a folder']();
    const owner = await started({ store, key: 'owner', leaves: 'never' });
    const { runId } = owner;
    const [one, other] = await Promise.all(
      ['one', 'other'].map((key) => started({ store, runId, key, leaves: 'never' })),
    );
    await one?.kill('SIGKILL');
    expect(await recorded(store, runId)).toMatchObject({ status: 'RUNNING' });
    await owner.kill('SIGKILL');
    await other?.logMore();
    expect(await recorded(store, runId)).toMatchObject({
      status: 'FAILED',
      lostReason: expect.stringContaining('an owner of the run'),
      metrics: { other: { step: 1 } },
    });
    const resumed = await startRun({ store, runId, environment: false });
    expect(await recorded(store, runId)).toMatchObject({ status: 'RUNNING' });
    await other?.kill('SIGTERM');
    await resumed.end();
    expect(await recorded(store, runId)).toMatchObject({ status: 'FINISHED' });
  },
);

it('a run on a server is never lost, because the server does not see its owner', async () => {
  const store = await PLACES['a server']();
  const owner = await started({ store, key: 'owner', leaves: 'never' });
  const member = await started({ store, runId: owner.runId, key: 'member', leaves: 'end' });
  await member.gone;
  await owner.kill('SIGKILL');
  expect(await recorded(store, owner.runId)).toMatchObject({ status: 'RUNNING' });
});
