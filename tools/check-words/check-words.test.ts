import { describe, expect, it } from 'vitest';
import { checkWords, findWords } from './check-words.ts';
import { proseOf } from './prose-of.ts';
import { parseWords } from './words.ts';

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

describe('the report', () => {
  it('names the places of each phrase that occurs, and what to write', () => {
    const found = findWords(WORDS, [{ path: 'a.md', text: 'utilise\nutilise\nbar\n' }]);
    expect(checkWords(WORDS, found)).toEqual([
      'Instead of "utilise" write "use": a.md:1 a.md:2',
      'Instead of "bar" write "foo": a.md:3',
    ]);
  });

  it('is empty without such a phrase', () => {
    expect(checkWords(WORDS, [])).toEqual([]);
  });
});

describe('the list', () => {
  it.each([
    ['an object', {}, 'words.json is not a list of words.'],
    ['with an entry without advice', [{ avoid: 'x' }], 'Entry 0 of words.json has no "avoid"'],
    [
      'with a phrase in capitals',
      [{ avoid: 'X', say: 'y' }],
      'Entry 0 of words.json has no "avoid"',
    ],
    [
      'with an exception that is not a phrase',
      [{ avoid: 'x', say: 'y', unless: [1] }],
      '"unless" of "x" is not a list of phrases',
    ],
  ])('is refused: %s', (_what, json, message) => {
    expect(() => parseWords(json)).toThrow(message);
  });
});
