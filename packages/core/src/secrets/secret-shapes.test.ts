import fc from 'fast-check';
import { expect, it } from 'vitest';
import { redactArguments } from './redact-arguments.ts';
import { SECRET_SHAPES, withoutKnownSecrets } from './secret-shapes.ts';

it('every form of token has a source, and tokens of this form are hidden', () => {
  expect(Object.keys(SECRET_SHAPES).length).toBeGreaterThan(40);
  for (const [issuer, [pattern, ...sources]] of Object.entries(SECRET_SHAPES)) {
    expect(sources.length, issuer).toBeGreaterThan(0);
    const form = fc.stringMatching(
      new RegExp(`^(?:${pattern.replace('(?=[\\w-]{0,256}\\d)', '1')})$`),
    );
    fc.assert(
      fc.property(form, (secret) => {
        expect(redactArguments([`--model=${secret.slice(0, 1_000)}`])).toEqual([
          expect.stringContaining('***'),
        ]);
      }),
      { numRuns: 20 },
    );
  }
});

// A search that takes quadratic time would time out.
it('a long text of beginnings of tokens is read in time that grows with its length', () => {
  for (const [issuer, [pattern]] of Object.entries(SECRET_SHAPES)) {
    const form = fc.stringMatching(
      new RegExp(`^(?:${pattern.replace('(?=[\\w-]{0,256}\\d)', '')})$`),
    );
    const [secret = ''] = fc.sample(form, { numRuns: 1, seed: 7 });
    const begin = `-${secret.slice(0, issuer === 'OpenAI and Anthropic' ? 3 : 12)}`;
    expect(withoutKnownSecrets(begin.repeat(400_000 / begin.length)), issuer).not.toBe('');
  }
});
