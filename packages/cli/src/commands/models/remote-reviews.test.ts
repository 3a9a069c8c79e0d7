import { join } from 'node:path';
import { createModelVersion, createRegisteredModel } from '@tidemark/core';
import { openFileStore } from '@tidemark/core/node';
import { temporaryFolder } from '@tidemark/test-kit';
import { expect, it, onTestFinished } from 'vitest';
import { startServerProcess } from '../../testing/server-process.ts';
import { tidemark } from '../../testing/tidemark.ts';

/** Calls a command on the server as a user, and returns what it printed. */
type As = (
  user: string,
  ...argv: string[]
) => Promise<{ code: number; out: string; error: string }>;

/** Starts a server process with logins, and with a model `penguins` that has one version. */
async function reviewedServer(): Promise<{ as: As }> {
  const folder = temporaryFolder();
  const store = await openFileStore(join(folder, 'store'));
  const by = { name: 'ada', authenticated: false };
  await createRegisteredModel(store, { name: 'penguins', by });
  await createModelVersion(store, { name: 'penguins', source: 's3://b/1', by });
  await store.close();
  const authFile = join(folder, 'auth.json');
  const tokens = new Map<string, string>();
  for (const [user, role] of [
    ['owner', 'admin'],
    ['editor', 'writer'],
    ['approver', 'approver'],
  ] as const) {
    await succeed('auth', 'add-user', user, '--role', role, '--file', authFile);
    const made = await tidemark('auth', 'add-token', user, '--file', authFile);
    tokens.set(user, made.out.trim());
  }
  const server = await startServerProcess('--store', join(folder, 'store'), '--auth', authFile);
  onTestFinished(() => server.stop());
  return {
    // In the address and not in the environment, because one process opens a server's store once for each address.
    as: (user, ...argv) => {
      const login = `http://${user}:${tokens.get(user)}@`;
      return tidemark('models', ...argv, '--store', server.uri.replace('http://', login));
    },
  };
}

async function succeed(...argv: string[]): Promise<string> {
  const { code, out, error } = await tidemark(...argv);
  expect([argv, code, error]).toEqual([argv, 0, '']);
  return out;
}

it('logged-in users review a model on a server', async () => {
  const { as } = await reviewedServer();
  const call: (user: string, ...argv: string[]) => Promise<string> = async (user, ...argv) => {
    const { code, out, error } = await as(user, ...argv);
    expect([argv, code, error]).toEqual([argv, 0, '']);
    return out;
  };
  const refused = async (code: string, user: string, ...argv: string[]) =>
    expect(await as(user, ...argv)).toMatchObject({
      code: 1,
      error: expect.stringContaining(`[${code}]`),
    });
  const rule = ['rules', 'penguins', '--for', 'Production', '--approvals', '1', '--authenticated'];
  await refused('PERMISSION_DENIED', 'approver', ...rule);
  expect(await call('owner', ...rule)).toMatch(/^Production: 1 approval, authenticated/);
  expect(await call('editor', 'rules', 'penguins')).toMatch(/^Production: 1 approval/);
  await call('editor', 'request', 'penguins', '1', 'Production', '-m', '0.97, was 0.95');
  await call('editor', 'cancel', 'penguins', '1');
  await call('editor', 'request', 'penguins', '1', '@champion');
  await call('approver', 'reject', 'penguins', '1', '-m', 'not yet');
  await call('editor', 'request', 'penguins', '1', 'Production');
  await refused('PERMISSION_DENIED', 'editor', 'approve', 'penguins', '1');
  await refused('TRANSITION_REFUSED', 'approver', 'stage', 'penguins', '1', 'Production');
  const said = await call('approver', 'comment', 'penguins', '1', 'no personal data in there');
  const commentId = /^Comment (\S+)$/m.exec(said)?.[1] as string;
  await refused('COMMENT_NOT_YOURS', 'editor', 'comment', 'penguins', '1', '--delete', commentId);
  await call('approver', 'comment', 'penguins', '1', 'no personal data', '--edit', commentId);
  await call('editor', 'tag', 'penguins', '1', 'passed=true', '--ci-job', 'ci/812');
  expect(await call('approver', 'approve', 'penguins', '1', '-m', 'ship it')).toContain(
    'penguins version 1 is Production',
  );
  await refused('TRANSITION_REQUEST_CLOSED', 'approver', 'reject', 'penguins', '1');

  const shown = await call('editor', 'show', 'penguins');
  expect(shown).toContain('version 1 Production');
  expect(shown).toMatch(/comment +no personal data {2}by approver/);
  expect(shown).toMatch(/request +Production, requested by editor: approved by approver/);
  expect(shown).toMatch(/passed +true {2}by editor, .*, ci\/812/);
  // Joined to one line, because a long text continues below the columns.
  const history = await call('editor', 'history', 'penguins');
  const told = history.replaceAll(/\s+/g, ' ');
  for (const line of [
    /owner +set rules: for Production/,
    /editor +cancelled request of version 1: None → Production/,
    /approver +rejected request of version 1: @champion “not yet”/,
    /approver +approved request of version 1: None → Production “ship it”/,
  ]) {
    expect(told).toMatch(line);
  }
  const head = /^head \d+ (sha256:[0-9a-f]{64})$/m.exec(history)?.[1] as string;
  await call('editor', 'history', 'penguins', '--expect-head', head);
  await refused('DIGEST_MISMATCH', 'editor', 'history', 'penguins', '--expect-head', 'sha256:0');
});
