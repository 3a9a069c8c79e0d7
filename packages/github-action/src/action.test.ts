import { setModelAlias } from '@tidemark/client';
import { describe, expect, it } from 'vitest';
import { approve, BASE, pullRequest } from './testing/pull-request.ts';
import { registerPenguins } from './testing/register-penguins.ts';
import { NO_NODE_24, NODES } from './testing/run-action.ts';

describe.each(NODES)('the action under $name', ({ path: node }) => {
  it('blocks a model without reviews and with a low accuracy, and says why', async ({ skip }) => {
    if (node === undefined) skip(NO_NODE_24);
    const { store, gate } = await pullRequest();
    await registerPenguins(store, { metrics: { accuracy: 0.81 } });
    const result = await gate({ node });
    expect(result.exitCode, result.stderr).toBe(1);
    expect(result.outputs.verdict).toBe('failed');
    expect(JSON.parse(result.outputs['failed-rules'] ?? '')).toEqual([
      'penguins/tags.require.passed-gdpr-review',
      'penguins/tags.require.passed-performance-test',
      'penguins/metrics.accuracy.threshold',
    ]);
    expect(result.errors.join('\n')).toContain('expected at least 0.9; found 0.81');
    expect(result.errors.join('\n')).toContain('passed-gdpr-review of penguins');
    expect(result.errors.at(-1)).toContain('3 rules are not met');
    expect(result.summary).toContain('## Model gate: failed');
    expect(result.summary).toContain('<code>at least 0.9</code> | <code>0.81</code>');
    expect(result.stdout).toContain('::add-mask::ghs_testToken');
  });

  it('passes the same model once the tags are set with evidence', async ({ skip }) => {
    if (node === undefined) skip(NO_NODE_24);
    const { store, gate } = await pullRequest();
    const version = await registerPenguins(store);
    expect((await gate({ node })).exitCode).toBe(1);
    await approve(store, version.version);
    const result = await gate({ node });
    expect(result.exitCode, result.stdout + result.stderr).toBe(0);
    expect(result.errors).toEqual([]);
    expect(result.outputs).toMatchObject({
      verdict: 'passed',
      'failed-rules': '[]',
      'policy-sha': BASE,
    });
    const head = (await store.registry.read('penguins'))?.head;
    expect(JSON.parse(result.outputs['registry-head'] ?? '')).toEqual({ penguins: head?.hash });
    expect(JSON.parse(result.outputs.models ?? '')).toMatchObject([
      {
        name: 'penguins',
        verdict: 'passed',
        candidate: 1,
        artifactsDigest: version.artifactsDigest,
      },
    ]);
    expect(result.summary).toContain('## Model gate: passed');
    expect(result.summary).toContain('reviews/7');
  });
});

describe('the comparison with the champion', () => {
  const policy = `
version: 1
models:
  - name: penguins
    baseline: {alias: champion, when_absent: skip}
    metrics:
      - {name: accuracy, direction: higher, threshold: 0.5, max_regression: {absolute: 0.01}}
      - {name: loss, direction: lower, min_improvement: {relative: 0.05}}
`;

  it('is skipped without a champion, blocks a regression and passes an improvement', async () => {
    const { store, gate } = await pullRequest({ policy });
    await registerPenguins(store, { metrics: { accuracy: 0.9, loss: 0.2 } });
    const first = await gate();
    expect(first.exitCode, first.stdout).toBe(0);
    expect(first.summary).toContain('no version has the alias champion');

    await setModelAlias({ store, name: 'penguins', alias: 'champion', version: 1 });
    await registerPenguins(store, { metrics: { accuracy: 0.85, loss: 0.195 }, weights: 'worse' });
    const worse = await gate();
    expect(worse.exitCode).toBe(1);
    expect(JSON.parse(worse.outputs['failed-rules'] ?? '')).toEqual([
      'penguins/metrics.accuracy.max_regression',
      'penguins/metrics.loss.min_improvement',
    ]);
    expect(worse.errors[0]).toContain('at least 0.89; found 0.85 (baseline: 0.9)');

    await registerPenguins(store, { metrics: { accuracy: 0.92, loss: 0.1 }, weights: 'better' });
    const better = await gate();
    expect(better.exitCode, better.stdout).toBe(0);
    expect(JSON.parse(better.outputs.models ?? '')).toMatchObject([{ candidate: 3, baseline: 1 }]);
  });

  it('uses the magnitude of a negative baseline', async () => {
    const relative = policy.replace(
      'max_regression: {absolute: 0.01}',
      'max_regression: {relative: 0.1}',
    );
    const { store, gate } = await pullRequest({
      policy: relative.replace('threshold: 0.5, ', '').replace(/ {6}- \{name: loss.*\n/, ''),
    });
    await registerPenguins(store, { metrics: { accuracy: -10 } });
    await setModelAlias({ store, name: 'penguins', alias: 'champion', version: 1 });
    await registerPenguins(store, { metrics: { accuracy: -20 } });
    expect((await gate()).errors[0]).toContain('at least -11; found -20 (baseline: -10)');
    await registerPenguins(store, { metrics: { accuracy: -5 } });
    expect((await gate()).exitCode).toBe(0);
  });
});

describe('a metric that is not a finite number', () => {
  it.each([Number.NaN, Number.POSITIVE_INFINITY])('%d blocks', async (accuracy) => {
    const { store, gate } = await pullRequest();
    await registerPenguins(store, { metrics: { accuracy } });
    await approve(store, 1);
    const result = await gate();
    expect(result.exitCode).toBe(1);
    expect(JSON.parse(result.outputs['failed-rules'] ?? '')).toEqual([
      'penguins/metrics.accuracy.threshold',
    ]);
  });
});

describe('a tag whose evidence names other files', () => {
  it('blocks', async () => {
    const { store, gate } = await pullRequest();
    await registerPenguins(store);
    await approve(store, 1, `sha256:${'0'.repeat(64)}`);
    const result = await gate();
    expect(result.outputs.verdict).toBe('failed');
    expect(result.errors[0]).toContain('set for other files');
  });

  it('blocks when the review was for the previous version', async () => {
    const { store, gate } = await pullRequest();
    const { artifactsDigest } = await registerPenguins(store);
    await registerPenguins(store, { weights: 'retrained' });
    expect.assert(artifactsDigest !== undefined);
    await approve(store, 2, artifactsDigest);
    expect((await gate()).outputs.verdict).toBe('failed');
  });
});
