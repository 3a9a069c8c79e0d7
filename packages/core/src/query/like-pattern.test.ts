import fc from 'fast-check';
import { expect, it } from 'vitest';
import { likeMatcher, likePattern } from './like-pattern.ts';

/** A second, plain evaluator of LIKE, without regard to speed. */
function means(pattern: string, text: string): boolean {
  if (pattern === '') return text === '';
  const [head, rest] = [pattern[0], pattern.slice(1)];
  if (head === '%') {
    return Array.from({ length: text.length + 1 }, (_, at) => at).some((at) =>
      means(rest, text.slice(at)),
    );
  }
  return text !== '' && (head === '_' || head === text[0]) && means(rest, text.slice(1));
}

/** A text that counts how often one of its characters is read. */
function counted(text: string): { characters: ArrayLike<string>; reads: () => number } {
  let reads = 0;
  const characters = new Proxy([...text], {
    get: (target, name) => {
      if (name !== 'length') reads += 1;
      return Reflect.get(target, name);
    },
  });
  return { characters, reads: () => reads };
}

const letters = (units: string, maxLength: number) =>
  fc.array(fc.constantFrom(...units), { maxLength }).map((some) => some.join(''));

it('a LIKE pattern matches what a plain evaluator matches', () => {
  fc.assert(
    fc.property(letters('ab%_', 8), letters('ab', 8), (pattern, text) => {
      expect(likePattern(pattern, true)(text)).toBe(means(pattern, text));
      expect(likePattern(pattern.toUpperCase(), false)(text)).toBe(means(pattern, text));
    }),
    { numRuns: 2_000 },
  );
});

it('any pattern reads each character of a text at most a few times', () => {
  const part = fc.tuple(fc.constantFrom('a', 'ab', 'aab'), fc.nat({ max: 300 }));
  const pattern = fc
    .array(part, { minLength: 1, maxLength: 50 })
    .map((parts) => `%${parts.map(([unit, times]) => `${unit.repeat(times)}b`).join('%')}%`);
  fc.assert(
    fc.property(pattern, fc.integer({ min: 0, max: 5_000 }), (wanted, length) => {
      const { characters, reads } = counted('a'.repeat(length));
      likeMatcher([...wanted])(characters);
      expect(reads()).toBeLessThanOrEqual(2 * length + 2 * wanted.length);
    }),
  );
});

it('a long part that nearly fits everywhere reads each character once', () => {
  const { characters, reads } = counted('a'.repeat(8_000));
  expect(likeMatcher([...`%${'a'.repeat(4_000)}b%`])(characters)).toBe(false);
  expect(reads()).toBe(8_000);
});

it('a long part with `_` matches what a regular expression matches, for alphabets of any size', () => {
  const unit = fc.constantFrom('ab', 'abcdefghijklmnopqrstuvwxyz', 'a');
  fc.assert(
    fc.property(
      unit.chain((units) =>
        fc.tuple(
          fc.array(fc.constantFrom(...units), { minLength: 1, maxLength: 200 }),
          fc.array(fc.boolean(), { minLength: 200, maxLength: 200 }),
          fc.nat({ max: 100 }),
          fc.nat({ max: 199 }),
        ),
      ),
      ([part, wild, before, changed]) => {
        const pattern = part.map((character, at) => (wild[at] === true ? '_' : character)).join('');
        const text = (middle: readonly string[]): string =>
          `${'a'.repeat(before)}${middle.join('')}b`;
        expect(likePattern(`%${pattern}%`, true)(text(part))).toBe(true);
        const other = part.with(changed % part.length, 'Z');
        const fits = new RegExp(pattern.replaceAll('_', '.'));
        expect(likePattern(`%${pattern}%b`, true)(text(other))).toBe(
          new RegExp(`${fits.source}.*b$`).test(text(other)),
        );
      },
    ),
  );
});

it('a long part with `_` that nearly fits everywhere reads each character once', () => {
  const { characters, reads } = counted('a'.repeat(20_000));
  expect(likeMatcher([...`%${'_a'.repeat(5_000)}b%`])(characters)).toBe(false);
  expect(reads()).toBe(20_000);
});
