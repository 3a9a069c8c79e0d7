import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '@tidemark/test-kit';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { readLogLines } from './log-lines.ts';

function read(path: string, from: number): { lines: string[]; end: number } {
  const lines: string[] = [];
  const reader = readLogLines(path, from);
  for (let next = reader.next(); ; next = reader.next()) {
    if (next.done) return { lines, end: next.value };
    lines.push(next.value.text ?? `(too long, at ${next.value.offset})`);
  }
}

it('readLogLines reads only whole lines, and continues where it stopped', () => {
  const path = join(temporaryFolder(), 'log');
  const line = fc
    .string({ unit: 'binary' })
    .map((text) => text.replaceAll('\n', '').toWellFormed());
  fc.assert(
    fc.property(fc.array(line), line, (lines, torn) => {
      const whole = lines.map((text) => `${text}\n`).join('');
      writeFileSync(path, whole + torn);
      const first = read(path, 0);
      expect(first.lines).toEqual(lines);
      expect(first.end).toBe(Buffer.byteLength(whole));
      writeFileSync(path, `${whole}${torn}rest\n`);
      expect(read(path, first.end).lines).toEqual([`${torn}rest`]);
    }),
  );
});

it('readLogLines reads lines that are longer than its buffer', () => {
  const path = join(temporaryFolder(), 'log');
  const long = 'ü'.repeat(2_000_000);
  writeFileSync(path, `a\n${long}\nb\n`);
  expect(read(path, 0).lines).toEqual(['a', long, 'b']);
});

it('readLogLines skips a line that is too long for memory, and continues after it', () => {
  const path = join(temporaryFolder(), 'log');
  const tooLong = Buffer.alloc(65 * 1024 * 1024, 'x');
  writeFileSync(path, Buffer.concat([Buffer.from('a\n'), tooLong, Buffer.from('\nb\n')]));
  expect(read(path, 0).lines).toEqual(['a', '(too long, at 2)', 'b']);
  writeFileSync(path, Buffer.concat([Buffer.from('a\n'), tooLong]));
  expect(read(path, 0)).toEqual({ lines: ['a'], end: 2 });
});
