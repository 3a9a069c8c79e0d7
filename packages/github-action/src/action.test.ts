import { describe, expect, it } from 'vitest';
import { approve, BASE, pullRequest } from './testing/pull-request.ts';
import { registerPenguins } from './testing/register-penguins.ts';
import { NO_NODE_24, NODES } from './testing/run-action.ts';

describe.each(NODES)('the action under $name', ({ path: node }) => {
  it('blocks a model without reviews and with too low a metric, and says why', async ({ skip }) => {
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

  it('lets the same model through once the tags are set with evidence', async ({ skip }) => {
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
