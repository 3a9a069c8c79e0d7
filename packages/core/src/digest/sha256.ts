import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import { assertArguments } from '../model/plain-input.ts';

/**
 * Returns the SHA-256 of bytes, or of the UTF-8 bytes of a text: 64 lower-case hexadecimal digits. For small inputs;
 * for streams use `Sha256`.
 */
export function sha256Hex(content: string | Uint8Array): string {
  if (typeof content === 'string') return bytesToHex(sha256(utf8ToBytes(content)));
  assertArguments({ content }, 'sha256Hex', { content: 'bytes' });
  return bytesToHex(sha256(content));
}

/**
 * Computes the SHA-256 of bytes that arrive in pieces.
 *
 * @example
 * ```ts
 * import { Sha256 } from '@tidemark/core';
 *
 * const hash = new Sha256();
 * for await (const piece of store.artifacts.read({ kind: 'run', experimentId: run.experimentId, runId }, 'a.csv')) hash.update(piece);
 * console.log(hash.hex());
 * ```
 */
export class Sha256 {
  readonly #hash: ReturnType<typeof sha256.create> = sha256.create();

  /** Adds the next piece. @throws INVALID_ARGUMENT if it is not a Uint8Array */
  update(piece: Uint8Array): void {
    assertArguments({ piece }, 'Sha256.update', { piece: 'bytes' });
    this.#hash.update(piece);
  }

  /** Returns the digest, 64 lower-case hexadecimal digits. Do not call `update` after it. */
  hex(): string {
    return bytesToHex(this.#hash.digest());
  }
}
