import { cpSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { approve, BASE, HEAD, POLICY, POLICY_PATH, pullRequest } from './testing/pull-request.ts';
import { registerPenguins } from './testing/register-penguins.ts';
import type { ActionResult } from './testing/run-action.ts';
import { webhookExample } from './testing/webhook-example.ts';

const LENIENT = POLICY.replace(/ {4}tags:.*(?= {4}metrics)/s, '').replace('0.9', '0.1');

/** A pull request whose model is in order: only what a test changes can block it. */
async function soundPullRequest(
  options?: Parameters<typeof pullRequest>[0],
): ReturnType<typeof pullRequest> {
  const pull = await pullRequest(options);
  await registerPenguins(pull.store);
  await approve(pull.store, 1);
  return pull;
}

function expectError(result: ActionResult, rule: string, message: RegExp): void {
  expect(result.exitCode, result.stdout).toBe(1);
  expect(result.outputs.verdict).toBe('error');
  expect(JSON.parse(result.outputs['failed-rules'] ?? '')).toEqual([rule]);
  expect(result.errors).toHaveLength(1);
  expect(result.errors[0]).toMatch(message);
  expect(result.summary).toContain('## Model gate: error');
}

describe('a store in the workspace', () => {
  it('is not trusted, even if its models meet the policy', async () => {
    const { folder, workspace, gate } = await soundPullRequest();
    cpSync(folder, join(workspace, 'store'), { recursive: true });
    symlinkSync(join(workspace, 'store'), join(folder, '..', 'link'));
    for (const store of [
      'store',
      `${workspace}/store`,
      '../link',
      `${folder}/../workspace/store`,
    ]) {
      const result = await gate({ inputs: { store } });
      expectError(result, 'gate/store', /author of the pull request controls/);
    }
  });
});

describe('the policy', () => {
  it('on the base is enforced, whatever is on the head and in the checkout', async () => {
    const files = { [`${BASE}:${POLICY_PATH}`]: POLICY, [`${HEAD}:${POLICY_PATH}`]: LENIENT };
    const { store, gate, github } = await pullRequest({ content: { files } });
    await registerPenguins(store);
    const result = await gate();
    expect(result.outputs).toMatchObject({ verdict: 'failed', 'policy-sha': BASE });
    expect(github.requests).toEqual([
      {
        path: `/repos/Codertocat/Hello-World/contents/${POLICY_PATH}?ref=${BASE}`,
        authorization: 'token ghs_testToken',
      },
    ]);
  });

  it('that exists only on the head is not used', async () => {
    const { gate } = await soundPullRequest({
      content: { files: { [`${HEAD}:${POLICY_PATH}`]: LENIENT } },
    });
    expectError(await gate(), 'gate/policy', /There is no .github\/model-gate.yml at the base/);
  });

  it('with an unknown key is an error that names the key and the allowed ones', async () => {
    const { gate } = await soundPullRequest({ policy: POLICY.replace('metrics:', 'metric:') });
    const message = /models\[0\]: unknown key "metric"; allowed here are name, candidate, /;
    expectError(await gate(), 'gate/policy', message);
  });

  it.each(['', 'version: 1\nmodels: []\n', '[', 'version: 1\nmodels: *none\n', 'a: 1\na: 2\n'])(
    'with the text %j is an error',
    async (policy) => {
      const { gate } = await soundPullRequest({ policy });
      expectError(await gate(), 'gate/policy', /cannot be used/);
    },
  );

  it('is read from the path in the input', async () => {
    const files = { [`${BASE}:ml/gate policy.yml`]: POLICY };
    const { folder, gate } = await soundPullRequest({ content: { files } });
    const inputs = { store: folder, policy: 'ml/gate policy.yml' };
    expect((await gate({ inputs })).exitCode).toBe(0);
  });
});

describe("GitHub's API", () => {
  it.each([
    [500, /GitHub answered 500/],
    [403, /refused/],
    [404, /There is no/],
  ])('that answers %d is an error', async (status, message) => {
    const { gate } = await soundPullRequest({ content: { files: {}, status } });
    expectError(await gate(), 'gate/policy', message);
  });

  it('that cannot be reached is an error', async () => {
    const { gate } = await soundPullRequest();
    expectError(await gate({ apiUrl: 'http://127.0.0.1:9' }), 'gate/policy', /could not be read/);
  });

  it('receives the token only over https', async () => {
    const { gate } = await soundPullRequest();
    const apiUrl = 'http://github.example/api/v3';
    expectError(await gate({ apiUrl }), 'gate/policy', /only be sent over https:/);
  });

  it('can have a path, as on a self-hosted server', async () => {
    const { gate, github } = await soundPullRequest();
    expectError(await gate({ apiUrl: `${github.url}/api/v3` }), 'gate/policy', /There is no/);
    expect(github.requests[0]?.path).toMatch(/^\/api\/v3\/repos\//);
  });
});

describe('a gate', () => {
  it.each([
    ['the input store', { store: '' }, 'gate/inputs', /input "store" is missing/],
    [
      'the input github-token',
      { 'github-token': '' },
      'gate/inputs',
      /input "github-token" is missing/,
    ],
    ['a policy path in the repository', { policy: '../x.yml' }, 'gate/inputs', /input "policy"/],
    [
      'a folder at the address of the store',
      { store: '../nowhere' },
      'gate/store',
      /There is no folder/,
    ],
    ['the model in the policy', { model: 'whales' }, 'gate/evaluation', /it has "penguins"/],
  ])('ends with an error without %s', async (_, inputs, rule, message) => {
    const { folder, gate } = await soundPullRequest();
    expectError(await gate({ inputs: { store: folder, ...inputs } }), rule, message);
  });

  it('ends with an error if the folder has no store', async () => {
    const { folder, gate } = await soundPullRequest();
    rmSync(join(folder, 'store.json'));
    rmSync(join(folder, 'logs'), { recursive: true });
    rmSync(join(folder, 'registry'), { recursive: true });
    rmSync(join(folder, 'artifacts'), { recursive: true });
    expectError(await gate(), 'gate/store', /There is no Tidemark store/);
  });

  it('ends with an error without one of the models, and still judges the others', async () => {
    const second = POLICY.slice(POLICY.indexOf('  - name')).replace('penguins', 'whales');
    const { gate } = await soundPullRequest({ policy: POLICY + second });
    const result = await gate();
    expect(result.outputs.verdict).toBe('error');
    expect(JSON.parse(result.outputs.models ?? '')).toMatchObject([
      { name: 'penguins', verdict: 'passed' },
      { name: 'whales', verdict: 'error' },
    ]);
    expect(result.errors[0]).toContain('no registered model "whales"; it has "penguins"');
  });
});

describe('the event', () => {
  it('merge_group uses the policy at the base of the group', async () => {
    const payload = webhookExample('merge_group');
    const base = (payload.merge_group as { base_sha: string }).base_sha;
    const { gate } = await soundPullRequest({
      content: { files: { [`${base}:${POLICY_PATH}`]: POLICY } },
    });
    const result = await gate({ eventName: 'merge_group', payload });
    expect(result.exitCode, result.stdout).toBe(0);
    expect(result.outputs['policy-sha']).toBe(base);
  });

  it('push to the default branch uses the policy at the pushed commit', async () => {
    const payload = webhookExample('push', ({ ref }) => ref === 'refs/heads/master');
    const { gate } = await soundPullRequest({
      content: { files: { [`${payload.after}:${POLICY_PATH}`]: POLICY } },
    });
    expect((await gate({ eventName: 'push', payload })).exitCode).toBe(0);
  });

  it('push to another branch or of a tag is an error, because it would supply its own policy', async () => {
    const payload = webhookExample('push', ({ ref }) => ref === 'refs/heads/master');
    const { gate } = await soundPullRequest();
    for (const ref of ['refs/heads/feature', 'refs/tags/master']) {
      const result = await gate({ eventName: 'push', payload: { ...payload, ref } });
      expectError(result, 'gate/event', /has its own policy/);
    }
  });

  it('workflow_dispatch uses the policy at the newest commit of the default branch', async () => {
    const payload = webhookExample('workflow_dispatch', ({ ref }) => ref === 'refs/heads/master');
    const { gate } = await soundPullRequest({
      content: { files: { [`${HEAD}:${POLICY_PATH}`]: POLICY }, branches: { master: HEAD } },
    });
    const result = await gate({ eventName: 'workflow_dispatch', payload });
    expect(result.exitCode, result.stdout).toBe(0);
    expect(result.outputs['policy-sha']).toBe(HEAD);
  });

  it.each(['pull_request_target', 'schedule', ''])('%j is an error', async (eventName) => {
    const { gate } = await soundPullRequest();
    expectError(await gate({ eventName }), 'gate/event', /does not support the event/);
  });

  it.each(['', 'null', '{"pull_request": {}}', '{"pull_request": {"base": {"sha": "main"}}}'])(
    'pull_request with the payload %j is an error',
    async (payload) => {
      const { gate } = await soundPullRequest();
      expectError(await gate({ payload }), 'gate/event', /payload of the event/);
    },
  );
});

describe('a part of the report that cannot be written', () => {
  it('is a warning, and does not change the exit code', async () => {
    const { gate, root } = await soundPullRequest();
    const env = { GITHUB_OUTPUT: join(root, 'no/output'), GITHUB_STEP_SUMMARY: join(root, 'no/s') };
    const passed = await gate({ env });
    expect(passed.exitCode, passed.stdout).toBe(0);
    expect(passed.warnings.join('\n')).toContain('could not write the job summary');
    expect((await gate({ env, inputs: { store: '' } })).exitCode).toBe(1);
  });
});
