import { describe, expect, it } from 'vitest';
import { checkWords, findWords } from './check-words.ts';
import { proseOf } from './prose-of.ts';
import { parseBaseline, parseWords } from './words.ts';

const WORDS = parseWords([
  { avoid: 'utilise', say: '"use"' },
  { avoid: 'in order to', say: '"to"' },
  { avoid: 'bar', say: '"foo"', unless: ['bar chart'] },
]);

function placesIn(path: string, text: string): string[] {
  return findWords(WORDS, [{ path, text: proseOf(text, path) }]).map(
    ({ phrase, line }) => `${line}: ${phrase}`,
  );
}

describe('a phrase to avoid', () => {
  it('is found in Markdown, in any case and across the end of a line', () => {
    expect(placesIn('a.md', 'We Utilise it.\n\nStop in\norder to look.\n')).toEqual([
      '1: utilise',
      '3: in order to',
    ]);
  });

  it('is found in comments, strings and templates of TypeScript', () => {
    const source = [
      '/** Read it in',
      ' * order to know. */',
      "const a = 'utilise';",
      '// In order',
      '// to see.',
      // biome-ignore lint/suspicious/noTemplateCurlyInString: the template of the checked source
      'const b = `${a} utilise ${a}`;',
    ].join('\n');
    expect(placesIn('a.ts', source)).toEqual([
      '3: utilise',
      '6: utilise',
      '1: in order to',
      '4: in order to',
    ]);
  });

  it('is not found in code', () => {
    const source =
      "import { utilise } from './it.ts';\nutilise(/utilise/);\nf('in', 'order to');\n";
    expect(placesIn('a.ts', source)).toEqual([]);
  });

  it('is a whole word, and not part of a plain phrase', () => {
    expect(placesIn('a.md', 'A bar chart, a barn, a bar.\nbar\nchart\n')).toEqual(['1: bar']);
  });
});

describe('the baseline', () => {
  const found = findWords(WORDS, [{ path: 'a.md', text: 'utilise\nutilise\nbar\n' }]);

  it('allows as many as it counts', () => {
    expect(checkWords(WORDS, { utilise: 2, bar: 1 }, found)).toEqual({
      problems: [],
      fallen: [],
      lowered: { utilise: 2, bar: 1 },
    });
  });

  it('fails when a count rises, and says where and what to write', () => {
    const { problems, lowered } = checkWords(WORDS, { utilise: 1 }, found);
    expect(problems).toEqual([
      '"utilise" occurs 2 times, 1 are allowed. Write "use": a.md:1 a.md:2',
      '"bar" occurs 1 times, 0 are allowed. Write "foo": a.md:3',
    ]);
    expect(lowered).toEqual({ utilise: 1 });
  });

  it('asks to be lowered when a count falls', () => {
    const { problems, fallen, lowered } = checkWords(WORDS, { utilise: 5, bar: 1 }, found);
    expect(problems).toEqual([]);
    expect(fallen).toEqual(['"utilise" occurs 2 times, 5 are allowed.']);
    expect(lowered).toEqual({ utilise: 2, bar: 1 });
  });
});

describe('the lists', () => {
  it.each([
    ['a list of words', {}, 'words.json is not a list of words.'],
    ['an entry without advice', [{ avoid: 'x' }], 'Entry 0 of words.json has no "avoid"'],
    ['a phrase in capitals', [{ avoid: 'X', say: 'y' }], 'Entry 0 of words.json has no "avoid"'],
    [
      'an exception that is not a phrase',
      [{ avoid: 'x', say: 'y', unless: [1] }],
      '"unless" of "x" is not a list of phrases',
    ],
  ])('are refused with %s wrong', (_what, json, message) => {
    expect(() => parseWords(json)).toThrow(message);
  });

  it('are refused with a count that is not one', () => {
    expect(() => parseBaseline({ x: 0 })).toThrow('The count of "x" in baseline.json');
    expect(() => parseBaseline([])).toThrow('baseline.json is not an object of counts.');
  });
});
