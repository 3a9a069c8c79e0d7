/** So many names are remembered; a training logs the same few a million times. */
const NAMES_LIMIT = 10_000;

/** The hash of no bytes, to which each byte is added. */
export const EMPTY_HASH = 5381;

/** The hash of some bytes and one more. */
export function hashWith(hash: number, byte: number): number {
  return (Math.imul(hash, 33) ^ byte) | 0;
}

/** Names that were met as bytes of ASCII, so that no text is made of the next one. */
export class AsciiNames {
  readonly #isName: (text: string) => boolean;
  readonly #known = new Map<number, string>();

  /** Takes what says whether a text is a name. */
  constructor(isName: (text: string) => boolean) {
    this.#isName = isName;
  }

  /** The name between two bytes, all of them ASCII; `undefined` when they are not a name. */
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

/** The text of bytes that are ASCII. */
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
