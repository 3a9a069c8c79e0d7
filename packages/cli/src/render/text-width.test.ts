import fc from 'fast-check';
import stringWidth from 'string-width';
import { expect, it } from 'vitest';
import { textWidth } from './text-width.ts';

const character = fc.oneof(
  fc.integer({ min: 0x20, max: 0x2ff }).map((code) => String.fromCodePoint(code)),
  fc.constantFrom(
    '–',
    '—',
    '…',
    '•',
    '└',
    '✓',
    '✗',
    '●',
    '語',
    '🐧',
    '\u0301',
    '\ufe0f',
    '\u001b[31m',
  ),
);

it('is the width that string-width gives', () => {
  for (let code = 0x20; code < 0x300; code += 1) {
    const text = String.fromCodePoint(code);
    expect([text, textWidth(text)]).toEqual([text, stringWidth(text)]);
  }
  fc.assert(
    fc.property(fc.array(character, { maxLength: 12 }), (characters) => {
      const text = characters.join('');
      expect(textWidth(text)).toBe(stringWidth(text));
    }),
    { numRuns: 2000 },
  );
});
