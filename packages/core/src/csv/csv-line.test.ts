import { describe, expect, it } from 'vitest';
import { csvLine } from './csv-line.ts';

describe('a cell of CSV', () => {
  it.each([
    ['=1+1', "'=1+1"],
    ["=cmd|'/C calc'!A0", "'=cmd|'/C calc'!A0"],
    ['+1+1', "'+1+1"],
    ['-1+1', "'-1+1"],
    ['@SUM(A1)', "'@SUM(A1)"],
    ['\t=1', "'\t=1"],
    ['\r=1', `"'\r=1"`],
    [' =1', "' =1"],
    ['\n1', `"'\n1"`],
    ['＝1+1', "'＝1+1"],
    ['＋1', "'＋1"],
    ['－1', "'－1"],
    ['＠SUM(A1)', "'＠SUM(A1)"],
    ['=HYPERLINK("a","b")', `"'=HYPERLINK(""a"",""b"")"`],
  ])('protects a spreadsheet from %j', (cell, written) => {
    expect(csvLine([cell])).toBe(`${written}\n`);
  });

  it.each(['-1.5', '+3', '-.5e-3', 'a=b', '1-2'])('keeps %s unchanged', (cell) => {
    expect(csvLine([cell])).toBe(`${cell}\n`);
  });

  it('reads a long text that is nearly a number in one pass', () => {
    const cell = `+${'1'.repeat(1_000_000)}x`;
    expect(csvLine([cell])).toBe(`'${cell}\n`);
  });

  it('keeps numbers unchanged', () => {
    expect(csvLine([-1.5, -3n, Number.NEGATIVE_INFINITY, null])).toBe('-1.5,-3,-Infinity,\n');
  });

  it('is the unchanged text in the raw form', () => {
    expect(csvLine(['=1+1', '@a', '-b,c', '\t=1', 'x'], 'raw')).toBe('=1+1,@a,"-b,c","\t=1",x\n');
  });

  it.each([[{}], [[1]], [undefined], [() => 1]])('refuses a cell that is %s', (cell) => {
    expect(() => csvLine([cell as never])).toThrow('has to be text, a number, a boolean or null');
  });
});
