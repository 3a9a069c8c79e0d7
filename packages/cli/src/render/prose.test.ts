import fc from 'fast-check';
import stringWidth from 'string-width';
import { expect, it } from 'vitest';
import { renderProse } from './prose.ts';

it('sentences continue on the next line with the same indentation, and lose no word', () => {
  expect(renderProse('  error: the log is torn in two places\n', { width: 20 })).toBe(
    '  error: the log is\n  torn in two places\n',
  );
  const word = fc.string({ unit: 'grapheme-ascii', minLength: 1, maxLength: 12 });
  const words = word.map((text) => text.replaceAll(/[\s:]/g, '_'));
  fc.assert(
    fc.property(fc.array(words, { minLength: 1 }), (said) => {
      const lines = renderProse(said.join(' '), { width: 24 }).split('\n');
      expect(lines.join(' ').split(' ')).toEqual(said);
      for (const line of lines) expect(stringWidth(line)).toBeLessThanOrEqual(24);
    }),
  );
});

it('a command to copy stays on one line, however long it is', () => {
  const command = 'tidemark runs restore 3f2a9c0000000000';
  expect(renderProse(`Deleted first. Bring it back with: ${command}\n`, { width: 30 })).toBe(
    `Deleted first. Bring it back\nwith:\n${command}\n`,
  );
  expect(renderProse(`Examples:\n  ${command}`, { width: 30 })).toBe(`Examples:\n  ${command}`);
});

it('a line breaks at every blank except before the unit of a size', () => {
  const text = 'net  READY  3 files, 1.5 KiB, 20 BC, 4 B';
  expect(renderProse(text, { width: 24 })).toBe('net  READY  3 files,\n1.5 KiB, 20 BC, 4 B');
  expect(renderProse(text, { width: 11 }).split('\n')).toContain('1.5 KiB, 20');
});

it('text that fits, and text without a terminal, is not changed', () => {
  const text = 'Shown  as it is,\n\nwith its blanks.\n';
  expect(renderProse(text, { width: 20 })).toBe(text);
  expect(renderProse(text, { width: Number.POSITIVE_INFINITY })).toBe(text);
});
