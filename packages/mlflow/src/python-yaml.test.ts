import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatPythonYaml, parsePythonYaml } from './python-yaml.ts';

/** Trees of all values of JSON, and bigints. */
const trees = fc.letrec((tie) => ({
  tree: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.string(),
    fc.string({ unit: 'binary' }),
    fc.constantFrom('yes', 'null', '~', '', '12:30', '1e5', '0o7', '010', '2026-11-23', '=', '<<'),
    fc.constantFrom(
      ' a',
      'a ',
      'a: b',
      '# a',
      '- a',
      '---',
      'a\n b',
      'a\n\n',
      '%x',
      '\u0085',
      '\t',
    ),
    fc.integer(),
    fc.bigInt({ min: 2n ** 53n }),
    fc.double(),
    fc.boolean(),
    fc.constant(null),
    fc.array(tie('tree'), { maxLength: 4 }),
    fc.dictionary(fc.oneof(fc.string(), fc.constantFrom('on', '1', '')), tie('tree'), {
      maxKeys: 4,
    }),
  ),
})).tree;

describe('the YAML of Python', () => {
  it('is written in block style with sorted keys, and lists are not indented', () => {
    expect(
      formatPythonYaml({
        flavors: { b: [1, 'two'], a: null },
        empty: [],
        none: {},
        date: '2026-11-23',
      }),
    ).toBe(
      [
        "date: '2026-11-23'",
        'empty: []',
        'flavors:',
        '  a: null',
        '  b:',
        '  - 1',
        '  - two',
        'none: {}',
        '',
      ].join('\n'),
    );
  });

  it('has the same plain scalars as in PyYAML', () => {
    const text =
      'a: yes\nb: 1e5\nc: 12:30\nd: 010\ne: 0x1F\nf: 1_000\ng: 2026-11-23\nh: 1.5e+3\ni: .inf';
    expect(parsePythonYaml(text)).toEqual({
      ok: true,
      value: {
        a: true,
        b: '1e5',
        c: 750,
        d: 8,
        e: 31,
        f: 1000,
        g: '2026-11-23',
        h: 1500,
        i: Infinity,
      },
    });
  });

  it('is refused with the line of the error', () => {
    expect(parsePythonYaml('a: 1\nb: [')).toMatchObject({ ok: false, problem: { line: 2 } });
    expect(parsePythonYaml('a: 1\na: 2')).toMatchObject({ ok: false });
    expect(parsePythonYaml('a: !!python/object:os.system 1')).toMatchObject({ ok: false });
  });

  it('can have many keys, but none twice', () => {
    expect(parsePythonYaml('a: 1\nb:\n  - {c: 1, d: 2}\n  - {c: 1, d: 2,\n    c: 3}\n')).toEqual({
      ok: false,
      problem: { message: 'The key "c" occurs twice', line: 5 },
    });
    const many = Array.from({ length: 30_000 }, (_, place) => `k${place}: 1\n`).join('');
    expect(parsePythonYaml(many)).toMatchObject({ ok: true, value: { k29999: 1 } });
  });

  it('is refused with an integer of more digits than Python allows, before it is converted', () => {
    expect(parsePythonYaml(`a: ${'1'.repeat(4300)}`).ok).toBe(true);
    for (const digits of ['1'.repeat(4301), '1:1'.repeat(200_000)]) {
      expect(parsePythonYaml(`a: 0\nb: ${digits}`)).toMatchObject({ ok: false });
    }
  });

  it('is refused with the first of many errors', () => {
    expect(parsePythonYaml(`a: 0\nb: "${'x\\'.repeat(100_000)}`)).toMatchObject({
      ok: false,
      problem: { line: 2 },
    });
  });

  it('is refused with a second document, as in PyYAML', () => {
    expect(parsePythonYaml('---\na: 1\n...\n')).toEqual({ ok: true, value: { a: 1 } });
    expect(parsePythonYaml('a: 1\n---\nb: 2\n')).toEqual({
      ok: false,
      problem: { message: 'There is more than one document', line: 2 },
    });
  });

  it.each([
    ['a second colon in a line', 'a: 1\nb: c: d\n', 2],
    ['a bracket that closes nothing', 'a: 1\n\n]]]\n', 3],
    ['an escape that does not exist', 'a: "\n \\q \\q"\n', 2],
    ['a tag that makes an object', 'a: 1\nb: !!binary aGk=\n', 2],
    ['a directive without its document', '%YAML 1.1\n', 2],
    ['a tab that indents', 'a:\n\t- b\n', 2],
  ])('is refused with the line of %s', (_, text, line) => {
    expect(parsePythonYaml(text)).toMatchObject({ ok: false, problem: { line } });
  });

  it('is read only up to the first error', () => {
    // Of eight million errors the library would run out of memory.
    const problem = { message: expect.stringContaining('Unexpected'), line: 1 };
    expect(parsePythonYaml(']'.repeat(8_000_000))).toMatchObject({ ok: false, problem });
  });

  it('is refused with aliases that multiply', () => {
    const lines = ['a0: &a0 [x, x, x, x, x, x, x, x, x]'];
    for (let i = 1; i < 12; i += 1) {
      lines.push(`a${i}: &a${i} [${Array.from({ length: 9 }, () => `*a${i - 1}`).join(', ')}]`);
    }
    expect(parsePythonYaml(lines.join('\n'))).toMatchObject({ ok: false });
  });

  it('is the same after formatting and parsing', () => {
    fc.assert(
      fc.property(trees, (tree) => {
        expect(parsePythonYaml(formatPythonYaml(tree))).toEqual({ ok: true, value: tree });
      }),
      { numRuns: 500 },
    );
  });

  it('is written in ASCII', () => {
    fc.assert(
      fc.property(trees, (tree) => {
        expect(formatPythonYaml(tree)).toMatch(/^[\x20-\x7e\n]*$/);
      }),
    );
  });
});
