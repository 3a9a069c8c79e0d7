import { chmodSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '@tidemark/test-kit';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { SecretBox, secretBoxOf, secretBoxOfFile } from './secret-box.ts';

test('a sealed secret can be opened, and every seal is different', () => {
  const box = SecretBox.ofThisProcess();
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (secret) => {
      const sealed = box.seal(secret, 'webhook a');
      expect(box.open(sealed, 'webhook a')).toBe(secret);
      expect(box.seal(secret, 'webhook a')).not.toBe(sealed);
    }),
  );
});

test('another key, another purpose, or a changed byte opens nothing', () => {
  const box = SecretBox.ofThisProcess();
  const sealed = box.seal('hush', 'webhook a');
  const bytes = Buffer.from(sealed.slice(3), 'base64url');
  const refused = expect.objectContaining({ code: 'SECRET_KEY_INVALID' });
  expect(() => SecretBox.ofThisProcess().open(sealed, 'webhook a')).toThrow(refused);
  expect(() => box.open(sealed, 'webhook b')).toThrow(refused);
  for (let at = 0; at < bytes.length; at += 1) {
    const changed = Buffer.from(bytes);
    changed[at] = (changed[at] ?? 0) ^ 1;
    expect(() => box.open(`v1.${changed.toString('base64url')}`, 'webhook a')).toThrow(refused);
  }
  for (const text of ['', 'v1.', 'hush'])
    expect(() => box.open(text, 'webhook a')).toThrow(refused);
});

test('a key file is created once, and only its owner can read it', () => {
  const path = join(temporaryFolder(), 'server', 'secret.key');
  const sealed = secretBoxOfFile(path).seal('hush', 'a');
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(secretBoxOfFile(path).open(sealed, 'a')).toBe('hush');
  expect(secretBoxOf(readFileSync(path, 'utf8')).open(sealed, 'a')).toBe('hush');
});

test.skipIf(process.platform === 'win32')('a key file that others can read is refused', () => {
  const path = join(temporaryFolder(), 'secret.key');
  secretBoxOfFile(path);
  chmodSync(path, 0o644);
  expect(() => secretBoxOfFile(path)).toThrow(/chmod 600/);
});

test('a key that is too short is refused', () => {
  expect(() => secretBoxOf('password')).toThrow(/openssl rand -hex 32/);
});
