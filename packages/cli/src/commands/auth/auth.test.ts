import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { temporaryFolder } from '@tidemark/test-kit';
import { expect, test } from 'vitest';
import { tidemark } from '../../testing/tidemark.ts';
import { readPassword } from './read-password.ts';

const QUIET = { error() {} };

/** Returns `tidemark auth` with one file of users. */
function withFile() {
  const path = join(temporaryFolder(), 'auth.json');
  const auth = (...argv: string[]) => tidemark('auth', ...argv, '--file', path);
  return { path, auth };
}

test('users are added, get roles, and are listed without passwords or secrets', async () => {
  const { path, auth } = withFile();
  expect(await auth('add-user', 'ada', '--role', 'writer')).toMatchObject({
    code: 0,
    out: expect.stringMatching(
      /^ada now has the role writer\.\nTo log in: tidemark auth add-token ada/,
    ),
  });
  await auth('set-role', 'ada', 'none', '--experiment', '17');
  await auth('set-role', 'ada', 'approver', '--model', 'penguins');
  const made = await auth('add-token', 'ada', '--name', 'ci', '--days', '30', '--role', 'reader');
  expect(made.out).toMatch(/^tdm_[0-9a-f]{12}_[\w-]{43}\n$/);
  const id = made.out.split('_')[1] as string;
  expect(made.error).toContain(`tidemark auth revoke ${id}`);
  expect(readFileSync(path, 'utf8')).not.toContain(made.out.trim());

  const { out } = await auth('list');
  expect(out).toMatch(/^ada +writer\n {2}experiment 17 +none\n {2}model penguins +approver\n/m);
  expect(out).toMatch(new RegExp(`token ${id} +ci, at most reader, expires \\d{4}-`));
  const [ada] = JSON.parse((await auth('list', '--json')).out) as [{ tokens: object[] }];
  expect(ada).toMatchObject({ name: 'ada', hasPassword: false, tokens: [{ id, name: 'ci' }] });
  expect(ada.tokens[0]).not.toHaveProperty('sha256');

  expect((await auth('revoke', id)).code).toBe(0);
  await auth('set-role', 'ada', 'default', '--experiment', '17');
  expect((await auth('list')).out).toMatch(
    /no token yet +create one with: tidemark auth add-token/,
  );
  expect((await auth('list')).out).not.toMatch(/experiment/);
  expect((await auth('remove-user', 'ada')).code).toBe(0);
  expect(JSON.parse((await auth('list', '--json')).out)).toEqual([]);
});

test.each([
  [['list'], 1, /AUTH_FILE_INVALID/],
  [['add-user', 'a:b'], 1, /colon.*INVALID_ARGUMENT/],
  [['add-user', 'ada', '--role', 'root'], 2, /Allowed choices are reader, writer/],
  [['set-role', 'ada', 'root'], 2, /Give one of reader/],
  [['set-role', 'ada', 'default'], 2, /give --experiment or --model/],
  [['add-token', 'ada', '--days', '0'], 2, /whole number above 0/],
])('auth %j exits with %i and says why', async (argv, code, says) => {
  const { auth } = withFile();
  const outcome = await auth(...argv);
  expect(outcome.code).toBe(code);
  expect(outcome.error).toMatch(says);
});

test('a password is the first line of standard input, and is refused if it is too short', async () => {
  const piped = (text: string) => {
    const input = new PassThrough();
    input.end(text);
    return readPassword(input, QUIET);
  };
  expect(await piped('correct horse\nsecond line\n')).toBe('correct horse');
  expect(await piped('without an end')).toBe('without an end');
  await expect(piped('short\n')).rejects.toThrow(/at least 8 characters/);
  await expect(piped('')).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
});
