import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { bundleScript, temporaryFolder } from '@tidemark/test-kit';
import { describe, expect, it } from 'vitest';
import { openFileStore } from '../file/file-store.ts';
import { registryFolder } from '../file/layout.ts';
import { createModelVersion } from './create-model-version.ts';
import { createRegisteredModel } from './create-registered-model.ts';
import { transitionRequests } from './find-request.ts';
import { getRegisteredModel } from './find-version.ts';
import { renameRegisteredModel } from './rename-registered-model.ts';
import { requestTransition } from './request-transition.ts';
import { setTransitionRules } from './set-rules.ts';
import { updateRegisteredModel } from './update-registered-model.ts';
import { verifyChain } from './verify-chain.ts';

const ADA = { name: 'ada', authenticated: false } as const;
const TARGET = { kind: 'stage', stage: 'Production' } as const;

/** A model with a version for each request to bring one to Production. */
async function modelWithRequests(count: number, approvals: number) {
  const folder = join(temporaryFolder(), 'store');
  const store = openFileStore(folder);
  await createRegisteredModel(store, { name: 'p', by: ADA });
  const rules = [{ target: TARGET, approvals }];
  await setTransitionRules(store, { name: 'p', rules, by: ADA });
  for (let version = 1; version <= count; version += 1) {
    await createModelVersion(store, { name: 'p', source: `s3://b/${version}`, by: ADA });
    await requestTransition(store, { name: 'p', version, target: TARGET, by: ADA });
  }
  return { folder, store };
}

/** Starts two processes that decide all requests at the same time. Returns what each printed for each request. */
async function race(
  folder: string,
  people: readonly (readonly [string, 'approve' | 'reject'])[],
): Promise<Map<string, string>[]> {
  const script = await bundleScript(new URL('../testing/decide-requests.ts', import.meta.url));
  const racers = people.map((person) => {
    const child: ChildProcessWithoutNullStreams = spawn(process.execPath, [
      ...[script, folder, 'p'],
      ...person,
    ]);
    child.stderr.pipe(process.stderr);
    return { child, lines: createInterface({ input: child.stdout })[Symbol.asyncIterator]() };
  });
  for (const { lines } of racers) expect((await lines.next()).value).toBe('ready');
  for (const { child } of racers) child.stdin.end('go\n');
  return Promise.all(
    racers.map(async ({ child, lines }) => {
      const closed = once(child, 'close');
      const said = new Map<string, string>();
      for (let line = await lines.next(); line.done !== true; line = await lines.next()) {
        const [requestId, outcome] = line.value.split(' ') as [string, string];
        said.set(requestId, outcome);
      }
      expect(await closed).toEqual([0, null]);
      return said;
    }),
  );
}

describe('two processes that race on one request', () => {
  it.each([
    ['both approve', 'approve'],
    ['one rejects', 'reject'],
  ] as const)('have one winner: %s', async (_, second) => {
    const { folder, store } = await modelWithRequests(12, 1);
    const outcomes = await race(folder, [
      ['bob', 'approve'],
      ['eve', second],
    ]);
    const model = await getRegisteredModel(store, 'p');
    for (const { version, request } of transitionRequests(model)) {
      const said = outcomes.map((of) => of.get(request.requestId));
      expect([...said].sort()).toEqual(['TRANSITION_REQUEST_CLOSED', 'won']);
      const winner = said[0] === 'won' ? 'bob' : 'eve';
      expect(request.closed?.by.name).toBe(winner);
      expect(request.approvals.length).toBe(winner === 'bob' || second === 'approve' ? 1 : 0);
      expect(version.stage).toBe(request.closed?.outcome === 'approved' ? 'Production' : 'None');
    }
    await verifyChain(store, 'p');
  });

  it('are both counted if a rule requires two approvals', async () => {
    const { folder, store } = await modelWithRequests(6, 2);
    await race(folder, [
      ['bob', 'approve'],
      ['eve', 'approve'],
    ]);
    for (const { version, request } of transitionRequests(await getRegisteredModel(store, 'p'))) {
      expect(request.approvals.map(({ by }) => by.name).sort()).toEqual(['bob', 'eve']);
      expect(version.stage).toBe('Production');
    }
  });
});

describe('a rename that was started and not completed', () => {
  /** Leaves a rename half done, like a process that dies between the two commits. */
  async function halfRenamed() {
    const folder = join(temporaryFolder(), 'store');
    const store = openFileStore(folder);
    await createRegisteredModel(store, { name: 'p', description: 'mine', by: ADA });
    const entry = await store.registry.read('p');
    if (entry === undefined) throw new Error('the model was lost');
    await store.registry.commit('q', undefined, {
      by: ADA,
      atMs: 2,
      changes: [
        {
          kind: 'model-arrived',
          from: { name: 'p', ...entry.head },
          model: { ...entry.model, name: 'q' },
          lastVersion: 0,
        },
      ],
    });
    return { folder, store };
  }

  it('leaves the model under its old name, and reserves the new name', async () => {
    const { folder, store } = await halfRenamed();
    for (const reader of [store, openFileStore(folder)]) {
      expect((await reader.registry.list()).map(({ model }) => model.name)).toEqual(['p']);
      expect(await reader.registry.read('q')).toBeUndefined();
    }
    const held = { code: 'REGISTRY_CONFLICT', message: expect.stringContaining('"p" to "q"') };
    await expect(createRegisteredModel(store, { name: 'q', by: ADA })).rejects.toMatchObject(held);
    await createRegisteredModel(store, { name: 'r', by: ADA });
    await expect(
      renameRegisteredModel(store, { name: 'r', newName: 'q', by: ADA }),
    ).rejects.toMatchObject(held);
    expect(await verifyChain(store, 'q')).toMatchObject({ arrivingFrom: 'p' });
  });

  it('is completed when it is requested again', async () => {
    const { folder, store } = await halfRenamed();
    await renameRegisteredModel(store, { name: 'p', newName: 'q', by: ADA });
    const model = await getRegisteredModel(openFileStore(folder), 'q');
    expect(model.description).toBe('mine');
    expect(readdirSync(join(folder, registryFolder('q')))).toHaveLength(1);
    expect(await verifyChain(store, 'q')).not.toHaveProperty('arrivingFrom');
  });

  it('is cancelled by the next change of the model', async () => {
    const { folder, store } = await halfRenamed();
    await updateRegisteredModel(store, { name: 'p', description: 'still', by: ADA });
    await createRegisteredModel(store, { name: 'q', description: 'another', by: ADA });
    const again = openFileStore(folder);
    expect((await again.registry.list()).map(({ model }) => model.description)).toEqual([
      'still',
      'another',
    ]);
    await verifyChain(again, 'q');
  });

  it('uses the current state of a model that was changed in between', async () => {
    const { store } = await halfRenamed();
    await updateRegisteredModel(store, { name: 'p', description: 'newer', by: ADA });
    const renamed = await renameRegisteredModel(store, { name: 'p', newName: 'q', by: ADA });
    expect(renamed.description).toBe('newer');
    await verifyChain(store, 'q');
  });
});
