import fc from 'fast-check';
import { expect, it } from 'vitest';
import { roundedQuotient } from './decimal.ts';

/** The text of a number, and its value from its parts: the first digits, the last digits, and the number of decimals. */
function parts(whole: number, rest: string, behindPoint: number): [string, number | undefined] {
  const digits = `${whole}${rest}`.padStart(behindPoint + 1, '0');
  const text = `${digits.slice(0, digits.length - behindPoint)}.${digits.slice(digits.length - behindPoint)}`;
  const scale = 10 ** rest.length;
  return [text, roundedQuotient(whole, scale, Number(rest), Number(`1e${behindPoint}`))];
}

it('the quotient of a number of more than 53 bits is exact, or undefined', () => {
  let undecided = 0;
  fc.assert(
    fc.property(
      fc.integer({ min: 2 ** 49, max: 2 ** 53 - 1 }),
      fc.stringMatching(/^\d{1,6}$/),
      fc.integer({ min: 1, max: 22 }),
      (whole, rest, behindPoint) => {
        const [text, quotient] = parts(whole, rest, behindPoint);
        if (quotient === undefined) undecided += 1;
        else expect(quotient).toBe(Number(text));
      },
    ),
    { numRuns: 20_000 },
  );
  expect(undecided).toBeLessThan(200);
});

it('the quotient is undefined for a number exactly between two doubles', () => {
  // 2^53 + 1, which is as near to 2^53 as to 2^53 + 2.
  expect(roundedQuotient(900_719_925_474_099, 100, 30, 10)).toBeUndefined();
});
