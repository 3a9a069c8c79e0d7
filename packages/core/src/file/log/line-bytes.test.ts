import fc from 'fast-check';
import { expect, it } from 'vitest';
import { LineBytes } from './line-bytes.ts';
import { withCheck } from './line-check.ts';

it('lines have the same bytes however they are added, also in reused memory', () => {
  const objects = fc.array(fc.json().map((value) => `{"v":${value}}`));
  const gathered = new LineBytes();
  const kept = new LineBytes();
  fc.assert(
    fc.property(objects, fc.boolean(), (lines, gaveBack) => {
      if (gaveBack) kept.release();
      else kept.clear();
      for (const line of lines) {
        gathered.clear();
        gathered.addChecked(line);
        kept.add(gathered.bytes);
      }
      expect(kept.bytes.toString()).toBe(lines.map((line) => `${withCheck(line)}\n`).join(''));
      expect(kept.length).toBe(kept.bytes.length);
    }),
  );
});

it('a line takes only the bytes that it needs', () => {
  const gathered = new LineBytes();
  let expected = '';
  for (const length of [1, 5000, 100_000, 10]) {
    const line = `{"v":"${'é'.repeat(length)}"}`;
    gathered.addChecked(line);
    expected += `${withCheck(line)}\n`;
    expect(gathered.bytes.toString()).toBe(expected);
  }
});
