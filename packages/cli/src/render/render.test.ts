import fc from 'fast-check';
import stringWidth from 'string-width';
import { expect, it } from 'vitest';
import { formatAge, formatBytes, formatDuration, formatNumber } from './quantities.ts';
import { sparkline } from './sparkline.ts';
import { styleOf } from './style.ts';
import { renderTable } from './table.ts';

const style = styleOf({ colors: false });

it('a table shortens its flexible columns to fit, and never breaks a line', () => {
  const cell = fc.string({ unit: 'grapheme', maxLength: 60 });
  fc.assert(
    fc.property(fc.array(fc.tuple(cell, cell), { maxLength: 5 }), (rows) => {
      const columns = [
        { title: 'A', flexible: true },
        { title: 'B', flexible: true },
      ];
      const lines = renderTable(columns, rows, { style, width: 30 }).split('\n');
      expect(lines).toHaveLength(rows.length + 2);
      for (const line of lines) expect(stringWidth(line)).toBeLessThanOrEqual(30);
    }),
  );
});

it('a table with many flexible columns fits into 80, such as the list of runs', () => {
  const titles = ['RUN', 'NAME', 'EXPERIMENT', 'STATUS', 'STARTED', 'TOOK', 'LATEST METRICS'];
  const columns = titles.map((title) => ({
    title,
    flexible: ['NAME', 'EXPERIMENT', 'LATEST METRICS'].includes(title),
  }));
  const row = ['4cbc911299a9', 'pale-harbor-712', 'penguins', '✓ FINISHED', '1 min ago', '6.8 s'];
  const table = renderTable(columns, [[...row, 'acc=1 loss=0.0027803']], { style, width: 80 });
  for (const line of table.split('\n')) expect(stringWidth(line)).toBeLessThanOrEqual(80);
});

it.each([true, false])(
  'a table that does not fit is a list of its rows, with colors: %s',
  (colors) => {
    const columns = [{ title: 'ID' }, { title: 'TIME' }];
    const rows = [
      ['a'.repeat(20), '1'],
      ['b'.repeat(20), '2'],
    ];
    const text = renderTable(columns, rows, { style: styleOf({ colors }), width: 24 });
    const titles = colors
      ? ['\u001b[2mID  \u001b[22m', '\u001b[2mTIME\u001b[22m']
      : ['ID  ', 'TIME'];
    const lines = rows.flatMap(([id, time]) => [
      `${titles[0]}  ${id}`,
      `${titles[1]}  ${time}`,
      '',
    ]);
    expect(text.split('\n')).toEqual(lines);
  },
);

it('a table may have more rows than a call may have arguments', () => {
  const rows = Array.from({ length: 150_000 }, (_, at) => [String(at)]);
  const table = renderTable([{ title: 'A' }], rows, { style, width: 80 });
  expect(table.endsWith('\n149998\n149999\n')).toBe(true);
});

it('a last column that wraps loses nothing, and does not shorten the others', () => {
  const columns = [
    { title: 'WHO', flexible: true },
    { title: 'WHAT', wraps: true },
  ];
  const word = fc.string({ unit: 'grapheme-ascii', minLength: 1, maxLength: 20 });
  const words = word.map((text) => text.replaceAll(/\s/g, '_'));
  fc.assert(
    fc.property(fc.array(words, { minLength: 1, maxLength: 12 }), (said) => {
      const table = renderTable(columns, [['ada (claimed)', said.join(' ')]], { style, width: 40 });
      const lines = table.trimEnd().split('\n');
      for (const line of lines) expect(stringWidth(line)).toBeLessThanOrEqual(40);
      expect(lines.slice(1).join(' ').split(/\s+/)).toEqual(['ada', '(claimed)', ...said]);
    }),
  );
  const address = `models:/m-${'0'.repeat(32)}`;
  const long = renderTable(columns, [['ada (claimed)', `created version 1: ${address}`]], {
    style,
    width: 50,
  });
  expect(long).toBe(
    `WHO            WHAT\nada (claimed)  created version 1:\n       ${address}\n`.replace(
      '       models',
      `${' '.repeat(50 - address.length)}models`,
    ),
  );
});

it('durations, sizes, numbers and ages are short, with a unit where they have one', () => {
  expect([12, 1500, 61_000, 3_660_000, 90_000_000].map(formatDuration)).toEqual([
    '12 ms',
    '1.5 s',
    '1 min 1 s',
    '1 h 1 min',
    '1 d 1 h',
  ]);
  expect([0, 1023, 1024, 5 * 1024 ** 3].map(formatBytes)).toEqual([
    '0 B',
    '1023 B',
    '1.0 KiB',
    '5.0 GiB',
  ]);
  expect([0.123456789, 1e-9, 3, Number.NaN].map(formatNumber)).toEqual([
    '0.12346',
    '1e-9',
    '3',
    'NaN',
  ]);
  const nowMs = Date.UTC(2026, 10, 23, 12);
  expect(
    [0, 60_000, 7_200_000, 40 * 86_400_000].map((age) => formatAge(nowMs - age, nowMs)),
  ).toEqual(['just now', '1 min ago', '2 h ago', '2026-10-14']);
});

it('a sparkline has the first and the last value, and dots for values that are not finite', () => {
  expect(sparkline([3, 2, 1])).toBe('█▅▁');
  expect(sparkline([1, Number.NaN, 1])).toBe('▁·▁');
  expect(sparkline([])).toBe('');
  expect(sparkline(Array.from({ length: 1000 }, (_, i) => i))).toMatch(/^▁.{22}█$/);
});
