import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';

/** SHA-256 of a text's UTF-8 bytes, or of bytes: 64 lower-case hexadecimal digits. For small inputs. */
export function sha256Hex(content: string | Uint8Array): string {
  return bytesToHex(sha256(typeof content === 'string' ? utf8ToBytes(content) : content));
}

/** SHA-256 of bytes that come in pieces. */
export class Sha256 {
  readonly #hash: ReturnType<typeof sha256.create> = sha256.create();

  /** Takes the next piece. */
  update(piece: Uint8Array): void {
    this.#hash.update(piece);
  }

  /** The digest in 64 lower-case hexadecimal digits. Nothing may be added afterwards. */
  hex(): string {
    return bytesToHex(this.#hash.digest());
  }
}
