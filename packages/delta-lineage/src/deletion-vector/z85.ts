import { TidemarkError } from '@tidemark/core';

const ALPHABET =
  '0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.-:+=^!/*?&<>()[]{}@%$#';
const DIGITS: ReadonlyMap<string, number> = new Map(
  [...ALPHABET].map((character, index) => [character, index]),
);

/**
 * Decodes Z85 text (ZeroMQ RFC 32), which encodes four bytes as five characters.
 *
 * @throws DELTA_LOG_INVALID when `text` is not Z85.
 */
export function decodeZ85(text: string): Uint8Array {
  const bytes = new Uint8Array((text.length / 5) * 4);
  if (text.length % 5 !== 0) throw notZ85(text);
  const view = new DataView(bytes.buffer);
  for (let group = 0; group < text.length / 5; group += 1) {
    let value = 0;
    for (const character of text.slice(group * 5, group * 5 + 5)) {
      const digit = DIGITS.get(character);
      if (digit === undefined) throw notZ85(text);
      value = value * 85 + digit;
    }
    if (value > 0xffff_ffff) throw notZ85(text);
    view.setUint32(group * 4, value);
  }
  return bytes;
}

function notZ85(text: string): TidemarkError {
  return new TidemarkError(
    'DELTA_LOG_INVALID',
    `A deletion vector in the log is not valid Z85 text: '${text.slice(0, 40)}'. The log is damaged; restore it from a copy.`,
  );
}
