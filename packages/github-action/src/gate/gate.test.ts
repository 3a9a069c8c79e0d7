import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setModelAlias } from '@tidemark/client';
import {
  deleteModelVersion,
  deleteRegisteredModel,
  MemoryStore,
  planMetrics,
  renameRegisteredModel,
  setVersionStatus,
} from '@tidemark/core';
import { openFileStore } from '@tidemark/core/node';
import { temporaryFolder } from '@tidemark/test-kit';
import { describe, expect, it } from 'vitest';
import { parsePolicy } from '../policy/parse-policy.ts';
import type { Asked } from '../rules/gate-rule.ts';
import { ACCURACY, BY, blocking, judge } from '../testing/judge-penguins.ts';
import { registerPenguins } from '../testing/register-penguins.ts';
import { evaluatePolicy } from './gate.ts';

describe('the candidate', () => {
  it('is the version that the policy selects', async () => {
    const store = new MemoryStore();
    for (const accuracy of [0.95, 0.1, 0.2])
      await registerPenguins(store, { metrics: { accuracy } });
    await setModelAlias({ store, name: 'penguins', alias: 'challenger', version: 2 });
    expect((await judge(store)).candidate).toBe(3);
    expect((await judge(store, `${ACCURACY}\ncandidate: {alias: challenger}`)).candidate).toBe(2);
    expect((await judge(store, `${ACCURACY}\ncandidate: {version: 1}`)).verdict).toBe('passed');
  });

  it.each(['{alias: unknown}', '{version: 7}'])(
    '%s that does not exist is an error',
    async (which) => {
      const store = new MemoryStore();
      await registerPenguins(store);
      const report = await judge(store, `${ACCURACY}\ncandidate: ${which}`);
      expect(report.verdict).toBe('error');
      expect(report.registryHead?.number).toBe(1);
    },
  );

  it('that is not ready cannot pass', async () => {
    const store = new MemoryStore();
    await registerPenguins(store);
    const at = { name: 'penguins', version: 1, by: BY };
    await setVersionStatus(store, { ...at, status: 'FAILED_REGISTRATION' });
    expect(blocking(await judge(store))).toEqual([
      'integrity.artifacts: the version is FAILED_REGISTRATION, not READY',
    ]);
  });

  it('that was deleted is an error, and its number is never used again', async () => {
    const store = new MemoryStore();
    await registerPenguins(store, { metrics: { accuracy: 0.1 } });
    await deleteModelVersion(store, { name: 'penguins', version: 1, by: BY });
    await registerPenguins(store);
    const asked = `${ACCURACY}\ncandidate: {version: 1}`;
    expect((await judge(store, asked)).verdict).toBe('error');
    expect(await judge(store)).toMatchObject({ verdict: 'passed', candidate: 2 });
  });

  it('of a model that was renamed or deleted is an error that names who did it', async () => {
    const store = new MemoryStore();
    await registerPenguins(store);
    await renameRegisteredModel(store, { name: 'penguins', newName: 'birds', by: BY });
    const renamed = await judge(store);
    expect(renamed.verdict).toBe('error');
    expect(renamed.rules[0]?.actual).toContain('was renamed to "birds" by "ada"');
    await registerPenguins(store);
    await deleteRegisteredModel(store, { name: 'penguins', by: BY });
    expect((await judge(store)).rules[0]?.actual).toContain('was deleted by "ada"');
  });

  it('of a damaged chain is an error', async () => {
    const folder = temporaryFolder();
    const store = openFileStore(folder);
    await registerPenguins(store);
    const [chain] = readdirSync(join(folder, 'registry'));
    const place = join(folder, 'registry', chain ?? '', '00000000000000000001.json');
    writeFileSync(place, readFileSync(place, 'utf8').slice(1));
    const report = await judge(openFileStore(folder));
    expect(report.verdict).toBe('error');
    expect(report.rules[0]?.actual).toContain('cannot be used');
  });
});

describe('the baseline', () => {
  const compared = (whenAbsent: string): string =>
    `baseline: {alias: champion, when_absent: ${whenAbsent}}\nmetrics: [{name: accuracy, direction: higher, max_regression: {absolute: 0}}]`;

  it('that is absent fails, or is skipped if the policy says so', async () => {
    const store = new MemoryStore();
    await registerPenguins(store);
    expect((await judge(store, compared('skip'))).verdict).toBe('passed');
    expect((await judge(store, compared('fail'))).verdict).toBe('failed');
  });

  it('that is the candidate itself is not compared', async () => {
    const store = new MemoryStore();
    await registerPenguins(store);
    await setModelAlias({ store, name: 'penguins', alias: 'champion', version: 1 });
    const { verdict, rules } = await judge(store, compared('fail'));
    expect(verdict).toBe('passed');
    expect(rules.at(-1)).toMatchObject({
      status: 'skipped',
      baseline: 'the candidate is the baseline itself',
    });
  });

  it('must not get metrics after it was registered', async () => {
    const store = new MemoryStore();
    const { runId } = await registerPenguins(store, { metrics: { accuracy: 0.99 } });
    expect.assert(runId !== undefined);
    await setModelAlias({ store, name: 'penguins', alias: 'champion', version: 1 });
    await registerPenguins(store, { metrics: { accuracy: 0.9 } });
    await store.append([planMetrics(runId, { accuracy: 0.1 }, { step: 41 })]);
    expect(blocking(await judge(store, compared('fail')))).toEqual([
      expect.stringContaining('integrity.baseline-run'),
    ]);
  });
});

describe('a policy from a program', () => {
  it('can have its own rules, which are enforced too', async () => {
    const store = new MemoryStore();
    await registerPenguins(store);
    const policy = parsePolicy(`version: 1\nmodels:\n  - name: penguins\n    ${ACCURACY}\n`);
    const size: Asked = {
      key: 'size',
      item: 'small',
      reads: {},
      judge: () => [{ id: 'size', status: 'fail', expected: 'small', actual: 'large' }],
    };
    const models = policy.models.map((model) => ({ ...model, asked: [size, ...model.asked] }));
    const report = await evaluatePolicy(store, { ...policy, models });
    expect(report.verdict).toBe('failed');
    expect(report.models.flatMap(blocking)).toEqual(['size: large']);
  });
});
