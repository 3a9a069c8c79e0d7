import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import { assertArguments } from '../model/plain-input.ts';

/** SHA-256 of a text's UTF-8 bytes, or of bytes: 64 lower-case hexadecimal digits. For small inputs. */
export function sha256Hex(content: string | Uint8Array): string {
  if (typeof content === 'string') return bytesToHex(sha256(utf8ToBytes(content)));
  assertArguments({ content }, 'sha256Hex', { content: 'bytes' });
  return bytesToHex(sha256(content));
}

/** SHA-256 of bytes that come in pieces. */
export class Sha256 {
  readonly #hash: ReturnType<typeof sha256.create> = sha256.create();

  /** Takes the next piece. @throws INVALID_ARGUMENT when it is no Uint8Array */
  update(piece: Uint8Array): void {
    assertArguments({ piece }, 'Sha256.update', { piece: 'bytes' });
    this.#hash.update(piece);
  }

  /** The digest in 64 lower-case hexadecimal digits. Nothing may be added afterwards. */
  hex(): string {
    return bytesToHex(this.#hash.digest());
  }
}
