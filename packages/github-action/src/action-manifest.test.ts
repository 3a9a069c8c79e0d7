import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { parsePolicy } from './policy/parse-policy.ts';
import { outputsOf } from './report/outputs.ts';

const PACKAGE = join(import.meta.dirname, '..');
const EXAMPLE = join(PACKAGE, '../../examples/merge-gate');
const GUIDE = join(PACKAGE, '../../docs/gate.md');

const manifest = z
  .object({
    inputs: z.record(z.string(), z.object({ description: z.string(), required: z.boolean() })),
    outputs: z.record(z.string(), z.object({ description: z.string() })),
    runs: z.object({ using: z.string(), main: z.string() }),
  })
  .parse(parse(readFileSync(join(PACKAGE, 'action.yml'), 'utf8')));

const step = z.looseObject({
  uses: z.string().optional(),
  with: z.record(z.string(), z.string()).optional(),
});
const workflow = z.looseObject({
  on: z.record(z.string(), z.unknown()),
  permissions: z.record(z.string(), z.string()),
  jobs: z.record(z.string(), z.looseObject({ steps: z.array(step) })),
});

describe('action.yml', () => {
  it('runs the committed bundle under GitHub’s version of Node', () => {
    expect(manifest.runs).toEqual({ using: 'node24', main: 'dist/index.js' });
    expect(existsSync(join(PACKAGE, manifest.runs.main))).toBe(true);
  });

  it('has exactly the outputs that the gate sets, and only inputs that it reads', () => {
    const outputs = outputsOf({ verdict: 'error', models: [], damage: [] });
    expect(Object.keys(manifest.outputs).sort()).toEqual(Object.keys(outputs).sort());
    const source = readFileSync(join(PACKAGE, 'src/action/inputs.ts'), 'utf8');
    for (const input of Object.keys(manifest.inputs)) expect(source).toContain(`'${input}'`);
  });

  it('is described in the guide, with every input and output', () => {
    const guide = readFileSync(GUIDE, 'utf8');
    for (const name of [...Object.keys(manifest.inputs), ...Object.keys(manifest.outputs)]) {
      expect(guide).toContain(`\`${name}\``);
    }
  });
});

describe('examples to copy', () => {
  it('include a policy that the gate accepts, in the guide and in the example', () => {
    const guide = readFileSync(GUIDE, 'utf8');
    const blocks = [...guide.matchAll(/^```yaml\n(.*?)^```/gms)].map(([, text]) => text ?? '');
    const policies = blocks.filter((text) => /^version: 1$/m.test(text));
    expect(policies.length).toBeGreaterThan(0);
    for (const text of policies) expect(parsePolicy(text).models.length).toBeGreaterThan(0);
    const example = readFileSync(join(EXAMPLE, '.github/model-gate.yml'), 'utf8');
    expect(parsePolicy(example).models.map(({ name }) => name)).toEqual(['penguins']);
  });

  it('include a workflow for pull requests and merge groups, with existing inputs and read permission only', () => {
    const text = readFileSync(join(EXAMPLE, '.github/workflows/model-gate.yml'), 'utf8');
    const { on, permissions, jobs } = workflow.parse(parse(text));
    expect(Object.keys(on)).toEqual(expect.arrayContaining(['pull_request', 'merge_group']));
    expect(JSON.stringify(on)).not.toContain('paths');
    expect(permissions).toEqual({ contents: 'read' });
    const steps = Object.values(jobs).flatMap((job) => job.steps);
    const gate = steps.find(({ uses }) => uses?.includes('packages/github-action'));
    expect(Object.keys(manifest.inputs)).toEqual(
      expect.arrayContaining(Object.keys(gate?.with ?? { none: '' })),
    );
  });
});
