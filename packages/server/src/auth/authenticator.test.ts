import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '@tidemark/test-kit';
import { expect, onTestFinished, test, vi } from 'vitest';
import { type AuthFile, writeAuthFile } from './auth-file.ts';
import { Authenticator, type AuthenticatorOptions } from './authenticator.ts';
import { addToken, addUser, removeUser, revokeToken, setPassword } from './edit-users.ts';
import { hashPassword } from './password-hash.ts';

const MINUTE_MS = 60_000;
/** A cheap hash, because these tests do not test its time. */
const CHEAP = { N: 1024, r: 8, p: 1 };
const basic = (user: string, password: string) =>
  `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;

/** Returns an authenticator over a file with ada, who has a password and a token, and a clock. */
async function withAda(options: Partial<AuthenticatorOptions> = {}) {
  const path = join(temporaryFolder(), 'auth.json');
  const clock = { nowMs: 1_000_000 };
  const password = await hashPassword('correct horse', CHEAP);
  const made = addToken(addUser({ users: [] }, { name: 'ada', role: 'writer', password }), 'ada', {
    name: 'ci',
    nowMs: clock.nowMs,
    expiresAtMs: clock.nowMs + MINUTE_MS,
    role: 'reader',
  });
  writeAuthFile(path, made.file);
  const errors: unknown[] = [];
  const authenticator = new Authenticator({
    path,
    onError: (error) => errors.push(error),
    now: () => clock.nowMs,
    steadyNow: () => clock.nowMs,
    ...options,
  });
  const change = (file: AuthFile) => {
    writeAuthFile(path, file);
    clock.nowMs += 1000;
  };
  /** Logs in and returns the name of the user, or the code of the error. */
  const login = async (header: string | undefined, address = '192.0.2.1'): Promise<string> => {
    try {
      return (await authenticator.identify(header, address)).name;
    } catch (error) {
      return (error as { code: string }).code;
    }
  };
  return { ...made, path, clock, errors, authenticator, change, login };
}

test('a token authenticates its user, up to its own role, until it expires', async () => {
  const { authenticator, token, clock, login } = await withAda();
  expect(await authenticator.identify(`Bearer ${token}`, '192.0.2.1')).toEqual({
    name: 'ada',
    grants: { role: 'writer', experiments: {}, models: {}, ceiling: 'reader' },
  });
  expect(await login(basic('ada', token))).toBe('ada');
  expect(await login(basic('bob', token))).toBe('UNAUTHENTICATED');
  clock.nowMs += MINUTE_MS;
  expect(await login(`Bearer ${token}`)).toBe('UNAUTHENTICATED');
});

test('a password authenticates its user; wrong passwords and unknown users get the same answer', async () => {
  const { authenticator, login } = await withAda();
  expect(await login(basic('ada', 'correct horse'))).toBe('ada');
  const refusals = await Promise.all(
    [
      undefined,
      basic('ada', 'wrong'),
      basic('bob', 'correct horse'),
      `Bearer tdm_${'0'.repeat(56)}`,
    ].map(async (header) => {
      try {
        await authenticator.identify(header, '192.0.2.1');
        return 'let in';
      } catch (error) {
        return (error as Error).message;
      }
    }),
  );
  expect(new Set(refusals)).toEqual(new Set([expect.stringMatching(/^You are not authenticated/)]));
});

test('a revoked token, an old password and a removed user are refused without a restart', async () => {
  const { file, token, id, change, login } = await withAda();
  expect(await login(`Bearer ${token}`)).toBe('ada');
  expect(await login(basic('ada', 'correct horse'))).toBe('ada');

  change(revokeToken(file, id));
  expect(await login(`Bearer ${token}`)).toBe('UNAUTHENTICATED');
  change(setPassword(file, 'ada', await hashPassword('another', CHEAP)));
  expect(await login(basic('ada', 'correct horse'))).toBe('UNAUTHENTICATED');
  expect(await login(basic('ada', 'another'))).toBe('ada');
  change(removeUser(file, 'ada'));
  expect(await login(`Bearer ${token}`)).toBe('UNAUTHENTICATED');
});

test('an invalid edit of the file is reported, and the known users can still log in', async () => {
  const { path, file, token, id, clock, errors, change, login } = await withAda();
  writeFileSync(path, '{');
  clock.nowMs += 1000;
  expect(await login(`Bearer ${token}`)).toBe('ada');
  clock.nowMs += 1000;
  expect(await login(`Bearer ${token}`)).toBe('ada');
  expect(errors).toEqual([expect.objectContaining({ code: 'AUTH_FILE_INVALID' })]);
  change(revokeToken(file, id));
  expect(await login(`Bearer ${token}`)).toBe('UNAUTHENTICATED');
});

test('an address that guesses is blocked; users who logged in before are not', async () => {
  const limits = { address: { burst: 2, forgivenEachMs: 10_000 } };
  const { authenticator, token, clock, login } = await withAda({ limits });
  expect(await login(basic('ada', 'correct horse'))).toBe('ada');
  const guesses = await Promise.all(
    ['a', 'b', 'c', 'd'].map((guess) => login(basic('ada', guess))),
  );
  expect(guesses.sort()).toEqual([
    'TOO_MANY_ATTEMPTS',
    'TOO_MANY_ATTEMPTS',
    'UNAUTHENTICATED',
    'UNAUTHENTICATED',
  ]);
  await expect(async () => authenticator.identify('Bearer x', '192.0.2.1')).rejects.toMatchObject({
    code: 'TOO_MANY_ATTEMPTS',
    details: { retryAfterSeconds: 10 },
  });
  expect(await login(`Bearer ${token}`)).toBe('ada');
  expect(await login(basic('ada', 'correct horse'))).toBe('ada');
  expect(await login(basic('ada', 'e'), '192.0.2.2')).toBe('UNAUTHENTICATED');
  clock.nowMs += 10_000;
  expect(await login(basic('ada', 'f'))).toBe('UNAUTHENTICATED');
});

test('guesses of one user from many addresses are blocked too', async () => {
  const limits = { user: { burst: 2, forgivenEachMs: 10_000 } };
  const { login } = await withAda({ limits });
  const addresses = ['192.0.2.1', '192.0.2.2', '192.0.2.3'];
  const guesses = await Promise.all(addresses.map((address) => login(basic('ada', 'x'), address)));
  expect(guesses.sort()).toEqual(['TOO_MANY_ATTEMPTS', 'UNAUTHENTICATED', 'UNAUTHENTICATED']);
});

test('many requests at once with the right password all succeed, and with guesses only as many as the limit fail', async () => {
  const limits = { address: { burst: 2, forgivenEachMs: 10_000 } };
  const { login } = await withAda({ limits });
  const logins = await Promise.all(
    Array.from({ length: 20 }, () => login(basic('ada', 'correct horse'))),
  );
  expect(new Set(logins)).toEqual(new Set(['ada']));
  // Each guess counts.
  const guesses = await Promise.all(
    Array.from({ length: 20 }, (_, at) => login(basic('ada', `guess ${at}`))),
  );
  expect(guesses.filter((code) => code === 'UNAUTHENTICATED')).toHaveLength(2);
});

test('a failure before the clock is set back does not block later logins', async () => {
  const { path } = await withAda();
  const authenticator = new Authenticator({ path, onError: () => {} });
  vi.useFakeTimers({ toFake: ['Date'] });
  onTestFinished(() => {
    vi.useRealTimers();
  });
  const login = async (password: string) =>
    (await authenticator.identify(basic('ada', password), '192.0.2.1')).name;
  await expect(login('wrong')).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
  vi.setSystemTime(Date.now() - 60 * MINUTE_MS);
  expect(await login('correct horse')).toBe('ada');
});

test('guesses from all addresses of one IPv6 network count together', async () => {
  const limits = { address: { burst: 2, forgivenEachMs: 10_000 } };
  const { login } = await withAda({ limits });
  const guess = (address: string) => login(`Bearer tdm_${'0'.repeat(56)}`, address);
  expect(await guess('2001:db8::1')).toBe('UNAUTHENTICATED');
  expect(await guess('2001:db8::ffff:2')).toBe('UNAUTHENTICATED');
  expect(await guess('2001:db8:0:0:9:9:9:9')).toBe('TOO_MANY_ATTEMPTS');
  expect(await guess('2001:db8:0:1::1')).toBe('UNAUTHENTICATED');
});
