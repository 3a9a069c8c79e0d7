import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readCredentials } from './credentials.ts';

const basic = (text: string | Uint8Array) => `Basic ${Buffer.from(text).toString('base64')}`;

test('a bearer token is read, as MLflow sends MLFLOW_TRACKING_TOKEN', () => {
  expect(readCredentials('Bearer tdm_abc_x-_y')).toEqual({ kind: 'token', token: 'tdm_abc_x-_y' });
  expect(readCredentials('bearer  x')).toEqual({ kind: 'token', token: 'x' });
});

test('a name and a password are read, as MLflow sends them: in UTF-8, and the first colon ends the name', () => {
  fc.assert(
    fc.property(
      fc
        .string({ unit: 'binary', minLength: 1, maxLength: 40 })
        .filter((name) => !name.includes(':')),
      fc.string({ unit: 'binary', maxLength: 40 }),
      (user, password) => {
        // A decoder would remove a byte order mark at the front, so no name starts with it.
        fc.pre(user.isWellFormed() && password.isWellFormed() && !user.startsWith('\uFEFF'));
        expect(readCredentials(basic(`${user}:${password}`))).toEqual({
          kind: 'password',
          user,
          password,
        });
      },
    ),
  );
});

test.each([
  undefined,
  '',
  'Bearer',
  'Bearer ',
  'Bearer a b',
  'Digest username="ada"',
  'Basic',
  'Basic !!!',
  basic('no colon'),
  basic(':no name'),
  basic(Uint8Array.of(0xff, 0x3a, 0x61)),
  `Bearer ${'x'.repeat(5000)}`,
])('%j has no credentials', (header) => {
  expect(readCredentials(header)).toBeUndefined();
});
