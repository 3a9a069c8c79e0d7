import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatPythonJson, parsePythonJson } from './python-json.ts';

describe('the JSON of Python', () => {
  it('is written with spaces, in ASCII', () => {
    expect(formatPythonJson({ a: [1, 2.5, null, true], größe: '☃', skipped: undefined })).toBe(
      '{"a": [1, 2.5, null, true], "gr\\u00f6\\u00dfe": "\\u2603"}',
    );
  });

  it('has words for the numbers that JSON lacks', () => {
    expect(parsePythonJson('{"a": [NaN, Infinity, -Infinity], "NaN": "NaN"}')).toEqual({
      a: [Number.NaN, Infinity, -Infinity],
      NaN: 'NaN',
    });
    expect(formatPythonJson([Number.NaN, -Infinity])).toBe('[NaN, -Infinity]');
  });

  it('keeps integers that a double cannot hold', () => {
    expect(parsePythonJson('[9007199254740993, 1e300]')).toEqual([9007199254740993n, 1e300]);
  });

  it('is refused if it is not JSON', () => {
    for (const text of ['', '{', "{'a': 1}", '[1,]', 'NaNa', '"a']) {
      expect(() => parsePythonJson(text), text).toThrow(SyntaxError);
    }
  });

  it('is refused in one pass if it is a long text with an unclosed quote', () => {
    for (const end of ['', '\\']) {
      const broken = `{"a": NaN, "${'\\"'.repeat(500_000)}${end}`;
      expect(() => parsePythonJson(broken)).toThrow(SyntaxError);
    }
  });

  it('is the same after formatting and parsing, even strings full of tildes', () => {
    const value = fc.letrec((tie) => ({
      tree: fc.oneof(
        { depthSize: 'small', withCrossShrink: true },
        fc.string({ unit: 'binary' }),
        fc.stringMatching(/^~{0,9}(NaN|Infinity|12345678901234567)?$/),
        fc.double({ noDefaultInfinity: false }),
        fc.integer(),
        fc.bigInt({ min: 2n ** 53n }),
        fc.boolean(),
        fc.constant(null),
        fc.array(tie('tree')),
        fc.dictionary(fc.string(), tie('tree')),
      ),
    })).tree;
    fc.assert(
      fc.property(value, (tree) => {
        expect(parsePythonJson(formatPythonJson(tree))).toEqual(tree);
      }),
    );
  });
});
