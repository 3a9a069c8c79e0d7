/** The most names to cache. A training logs the same few names a million times. */
const NAMES_LIMIT = 10_000;

/** The hash of no bytes. `hashWith` adds one byte. */
export const EMPTY_HASH = 5381;

/** Returns the hash of some bytes and one more byte. */
export function hashWith(hash: number, byte: number): number {
  return (Math.imul(hash, 33) ^ byte) | 0;
}

/** Caches names by their ASCII bytes, so that a repeated name needs no new string. */
export class AsciiNames {
  readonly #isName: (text: string) => boolean;
  readonly #known = new Map<number, string>();

  /** `isName` says whether a text is a valid name. */
  constructor(isName: (text: string) => boolean) {
    this.#isName = isName;
  }

  /** Returns the name between two places, which must be ASCII; `undefined` if the bytes are not a name. */
  find(bytes: Uint8Array, from: number, to: number, hash: number): string | undefined {
    const known = this.#known.get(hash);
    if (known !== undefined && isSame(known, bytes, from, to)) return known;
    const text = asciiText(bytes, from, to);
    if (!this.#isName(text)) return undefined;
    if (this.#known.size === NAMES_LIMIT) this.#known.clear();
    this.#known.set(hash, text);
    return text;
  }
}

/** Returns ASCII bytes as text. */
export function asciiText(bytes: Uint8Array, from: number, to: number): string {
  let text = '';
  for (let at = from; at < to; at += 1) text += String.fromCharCode(bytes[at] as number);
  return text;
}

function isSame(text: string, bytes: Uint8Array, from: number, to: number): boolean {
  if (text.length !== to - from) return false;
  for (let at = from; at < to; at += 1) {
    if (text.charCodeAt(at - from) !== bytes[at]) return false;
  }
  return true;
}
