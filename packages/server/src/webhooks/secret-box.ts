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

  /** Returns a box whose key ends with the process, for secrets that are stored nowhere else. */
  static ofThisProcess(): SecretBox {
    return new SecretBox(randomBytes(KEY_BYTES));
  }

  /** Encrypts a secret: `v1.` and base64url of nonce, ciphertext and tag. It opens only with the same `purpose`. */
  seal(secret: string, purpose: string): string {
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv('aes-256-gcm', this.#key, nonce);
    cipher.setAAD(Buffer.from(purpose));
    const sealed = [nonce, cipher.update(secret, 'utf8'), cipher.final(), cipher.getAuthTag()];
    return `v1.${Buffer.concat(sealed).toString('base64url')}`;
  }

  /** Decrypts a secret. @throws SECRET_KEY_INVALID when another key or purpose sealed it, or when it was changed */
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
        'A secret cannot be decrypted, because it was encrypted with another key than the present one. Start with the TIDEMARK_SECRET_KEY or the key file that encrypted it, or set the secret again.',
        { cause },
      );
    }
  }
}

/**
 * Returns the box of a key in text form: 32 bytes in hexadecimal or base64, or a longer passphrase.
 * @throws SECRET_KEY_INVALID for a text shorter than 32 characters
 */
export function secretBoxOf(key: string): SecretBox {
  const text = key.trim();
  if (/^[0-9a-f]{64}$/i.test(text)) return new SecretBox(Buffer.from(text, 'hex'));
  if (text.length < KEY_BYTES) {
    throw new TidemarkError(
      'SECRET_KEY_INVALID',
      'The key for secrets is shorter than 32 characters. Create one with: openssl rand -hex 32',
    );
  }
  return new SecretBox(createHash('sha256').update(`tidemark secret key\n${text}`).digest());
}

/**
 * Returns the box of the key in a file. A missing file is created with a random key, and only its owner can read it.
 * @throws SECRET_KEY_INVALID when the file cannot be read, or when others can read it
 */
export function secretBoxOfFile(path: string): SecretBox {
  try {
    makePrivateFolder(dirname(path));
    writeFileSync(path, `${randomBytes(KEY_BYTES).toString('hex')}\n`, { flag: 'wx', mode: 0o600 });
    chmodSync(path, 0o600);
  } catch (cause) {
    if (!(cause instanceof Error && 'code' in cause && cause.code === 'EEXIST')) {
      throw keyFileInvalid(path, 'cannot be created', cause);
    }
  }
  let text: string;
  try {
    if (process.platform !== 'win32' && (statSync(path).mode & 0o007) !== 0) {
      throw new Error('can be read by others');
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
    `The key file ${path} ${problem}. Make it readable only by its owner (chmod 600).`,
    { cause, details: { path } },
  );
}
