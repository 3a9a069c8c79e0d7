import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '@tidemark/test-kit';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { findLines } from './find-lines.ts';

it('findLines finds exactly the lines that contain the text, with their offsets', () => {
  const path = join(temporaryFolder(), 'log');
  const line = fc
    .array(fc.constantFrom('ab', 'a', 'b', 'ü', ' '), { maxLength: 5 })
    .map((parts) => parts.join(''));
  fc.assert(
    fc.property(fc.array(line), fc.nat(), fc.nat(), (lines, one, other) => {
      writeFileSync(path, lines.map((text) => `${text}\n`).join(''));
      const [first, last] = [one % (lines.length + 1), other % (lines.length + 1)].sort(
        (a, b) => a - b,
      );
      const bytes = (upTo: number | undefined): number =>
        Buffer.byteLength(
          lines
            .slice(0, upTo)
            .map((text) => `${text}\n`)
            .join(''),
        );
      const found = Array.from(
        findLines(path, bytes(first), bytes(last), 'ab'),
        ({ text, offset, end }) => ({ text, offset, end }),
      );
      expect(found.map(({ text }) => text)).toEqual(
        lines.slice(first, last).filter((text) => text.includes('ab')),
      );
      const all = Buffer.from(lines.map((text) => `${text}\n`).join(''));
      for (const { text, offset, end } of found) {
        expect(all.subarray(offset, end).toString()).toBe(`${text}\n`);
      }
    }),
  );
});

it('findLines finds lines that are longer than what it reads at once', () => {
  const path = join(temporaryFolder(), 'log');
  const long = `needle ${'x'.repeat(3_000_000)}`;
  const text = `before\n${long}\nbetween\nanother needle\n`;
  writeFileSync(path, text);
  const found = Array.from(findLines(path, 0, text.length, 'needle'), (line) => line.text);
  expect(found.map((line) => line?.length)).toEqual([long.length, 'another needle'.length]);
});
