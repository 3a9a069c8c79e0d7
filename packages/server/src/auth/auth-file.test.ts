import { chmodSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '@tidemark/test-kit';
import { expect, test } from 'vitest';
import { isTokenOf } from './access-token.ts';
import { type AuthFile, readAuthFile, writeAuthFile } from './auth-file.ts';
import { addToken, addUser, removeUser, revokeToken, setPassword, setRole } from './edit-users.ts';
import { hashPassword, verifyPassword } from './password-hash.ts';

const EMPTY: AuthFile = { users: [] };

test('users, roles and tokens are read back as written, and only their owner can read the file', async () => {
  const path = join(temporaryFolder(), 'auth.json');
  const password = await hashPassword('correct horse');
  const users = addUser(EMPTY, { name: 'ada', role: 'writer', password });
  const scoped = setRole(setRole(users, 'ada', 'none', { experimentId: '17' }), 'ada', 'approver', {
    model: 'penguins',
  });
  const { file, token, id } = addToken(scoped, 'ada', {
    name: 'ci',
    nowMs: 1000,
    expiresAtMs: 2000,
    role: 'reader',
  });
  writeAuthFile(path, file);

  expect(readAuthFile(path)).toEqual(file);
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(readdirSync(join(path, '..'))).toEqual(['auth.json']);
  const text = readFileSync(path, 'utf8');
  expect(text).not.toContain(token);
  expect(text).not.toContain('correct horse');
  const [record] = file.users[0]?.tokens ?? [];
  expect(record).toMatchObject({
    id,
    name: 'ci',
    createdAtMs: 1000,
    expiresAtMs: 2000,
    role: 'reader',
  });
  expect(record && isTokenOf(token, record)).toBe(true);
  expect(revokeToken(file, id).users[0]?.tokens).toEqual([]);
  expect(removeUser(file, 'ada')).toEqual(EMPTY);
  expect(setRole(scoped, 'ada', undefined, { experimentId: '17' }).users[0]?.experiments).toEqual(
    {},
  );
});

test('a password is checked against its hash, and every hash is different', async () => {
  const [first, second] = await Promise.all([hashPassword('secret'), hashPassword('secret')]);
  expect(first).not.toBe(second);
  expect(await verifyPassword('secret', first)).toBe(true);
  expect(await verifyPassword('Secret', first)).toBe(false);
  // One letter in two Unicode forms.
  expect(await verifyPassword('caf\u00e9', await hashPassword('cafe\u0301'))).toBe(true);
});

test('an impossible change is refused, and the error says what to do', () => {
  const file = addUser(EMPTY, { name: 'ada', role: 'reader' });
  expect(() => addUser(file, { name: 'ada', role: 'admin' })).toThrow(/already.*set-role/);
  expect(() => addUser(file, { name: 'a:b', role: 'admin' })).toThrow(/colon/);
  expect(() => setPassword(file, 'bob', 'x')).toThrow(/no user "bob".*auth list/);
  expect(() => revokeToken(file, 'cafe')).toThrow(/no user has a token/i);
});

test.skipIf(process.platform === 'win32')('a file that others can read is refused', () => {
  const path = join(temporaryFolder(), 'auth.json');
  writeAuthFile(path, EMPTY);
  for (const mode of [0o604, 0o602, 0o666]) {
    chmodSync(path, mode);
    expect(() => readAuthFile(path)).toThrow(/chmod 600/);
  }
  chmodSync(path, 0o640);
  expect(readAuthFile(path)).toEqual(EMPTY);
});

const user = { name: 'ada', role: 'reader' };
test.each([
  ['not JSON', '{"users": [secret', 'is not JSON'],
  ['another format', { format: 2, users: [] }, 'format'],
  ['an unknown role', { format: 1, users: [{ ...user, role: 'root' }] }, 'users.0.role'],
  ['a misspelt key', { format: 1, users: [{ ...user, experiment: { 1: 'none' } }] }, 'experiment'],
  ['a password that is not a hash', { format: 1, users: [{ ...user, password: 'x' }] }, 'scrypt'],
  ['two users with one name', { format: 1, users: [user, user] }, 'one name'],
])('%s is refused, and not quoted', (_, content, says) => {
  const path = join(temporaryFolder(), 'auth.json');
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content), {
    mode: 0o600,
  });
  expect(() => readAuthFile(path)).toThrow(expect.objectContaining({ code: 'AUTH_FILE_INVALID' }));
  expect(() => readAuthFile(path)).toThrow(says);
  expect(() => readAuthFile(path)).not.toThrow(/secret/);
});

test('the error for a missing file says how to create it', () => {
  expect(() => readAuthFile(join(temporaryFolder(), 'none.json'))).toThrow(/tidemark auth/);
});
