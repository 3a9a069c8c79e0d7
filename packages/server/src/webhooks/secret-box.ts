import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';
import { chmodSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { TidemarkError } from '@tidemark/core';
import { makePrivateFolder } from '../write-private-file.ts';

const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const FORM = /^v1\.([\w-]+)$/;

/** Encrypts small secrets at rest with AES-256-GCM. */
export class SecretBox {
  readonly #key: Buffer;

  /** @param key 32 random bytes */
  constructor(key: Uint8Array) {
    this.#key = Buffer.from(key);
  }

  /** A box whose key ends with the process, for secrets that are kept nowhere else. */
  static ofThisProcess(): SecretBox {
    return new SecretBox(randomBytes(KEY_BYTES));
  }

  /** `v1.` and base64url of nonce, ciphertext and tag. It opens only for the same `purpose`. */
  seal(secret: string, purpose: string): string {
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv('aes-256-gcm', this.#key, nonce);
    cipher.setAAD(Buffer.from(purpose));
    const sealed = [nonce, cipher.update(secret, 'utf8'), cipher.final(), cipher.getAuthTag()];
    return `v1.${Buffer.concat(sealed).toString('base64url')}`;
  }

  /** @throws SECRET_KEY_INVALID when it was sealed with another key or purpose, or was changed */
  open(sealed: string, purpose: string): string {
    const bytes = Buffer.from(FORM.exec(sealed)?.[1] ?? '', 'base64url');
    try {
      const nonce = bytes.subarray(0, NONCE_BYTES);
      const decipher = createDecipheriv('aes-256-gcm', this.#key, nonce, {
        authTagLength: TAG_BYTES,
      });
      decipher.setAAD(Buffer.from(purpose));
      decipher.setAuthTag(bytes.subarray(-TAG_BYTES));
      const text = decipher.update(bytes.subarray(NONCE_BYTES, -TAG_BYTES));
      return Buffer.concat([text, decipher.final()]).toString('utf8');
    } catch (cause) {
      throw new TidemarkError(
        'SECRET_KEY_INVALID',
        'A secret was encrypted with another key than the present one. Start with the TIDEMARK_SECRET_KEY or the key file it was made with, or set the secret again.',
        { cause },
      );
    }
  }
}

/**
 * The box of a key given as text: 32 bytes in hexadecimal or base64, or a longer passphrase.
 * @throws SECRET_KEY_INVALID for a text shorter than 32 characters
 */
export function secretBoxOf(key: string): SecretBox {
  const text = key.trim();
  if (/^[0-9a-f]{64}$/i.test(text)) return new SecretBox(Buffer.from(text, 'hex'));
  if (text.length < KEY_BYTES) {
    throw new TidemarkError(
      'SECRET_KEY_INVALID',
      'The key for secrets is too short. Make one with: openssl rand -hex 32',
    );
  }
  return new SecretBox(createHash('sha256').update(`tidemark secret key\n${text}`).digest());
}

/**
 * The box of the key in a file, which is made with a new random key when it is not there, for its owner
 * alone. @throws SECRET_KEY_INVALID when it cannot be read or others can
 */
export function secretBoxOfFile(path: string): SecretBox {
  try {
    makePrivateFolder(dirname(path));
    writeFileSync(path, `${randomBytes(KEY_BYTES).toString('hex')}\n`, { flag: 'wx', mode: 0o600 });
    chmodSync(path, 0o600);
  } catch (cause) {
    if (!(cause instanceof Error && 'code' in cause && cause.code === 'EEXIST')) {
      throw keyFileInvalid(path, 'cannot be made', cause);
    }
  }
  let text: string;
  try {
    if (process.platform !== 'win32' && (statSync(path).mode & 0o007) !== 0) {
      throw new Error('others may read it');
    }
    text = readFileSync(path, 'utf8');
  } catch (cause) {
    throw keyFileInvalid(path, 'cannot be used', cause);
  }
  return secretBoxOf(text);
}

function keyFileInvalid(path: string, problem: string, cause: unknown): TidemarkError {
  return new TidemarkError(
    'SECRET_KEY_INVALID',
    `The key file ${path} ${problem}. It has to be readable by its owner alone (chmod 600).`,
    { cause, details: { path } },
  );
}
