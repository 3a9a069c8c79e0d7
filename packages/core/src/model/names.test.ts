import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { assertAlias, assertExperimentName, assertKey, assertModelName } from './names.ts';

const refused = expect.objectContaining({ code: 'INVALID_KEY' });

describe('keys of metrics, params and tags', () => {
  it.each(['loss', 'val/loss', 'a.b', 'with space', 'a:b', '__proto__', 'β1', '日本'])(
    'can be %j',
    (key) => {
      expect(() => assertKey(key, 'metric')).not.toThrow();
    },
  );

  it.each(['', '/x', 'a//b', '../x', '..', '.', 'a/./b', 'a/../b', 'x/', 'p@5', 'a\nb', 'a\\b'])(
    'cannot be %j',
    (key) => expect(() => assertKey(key, 'tag')).toThrow(refused),
  );

  it('have at most 250 characters', () => {
    expect(() => assertKey('k'.repeat(250), 'param')).not.toThrow();
    expect(() => assertKey('k'.repeat(251), 'param')).toThrow(/251 characters/);
  });
});

describe('names', () => {
  it('of experiments can be anything that is not blank', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[\p{L}\p{N}\p{P} /:]{1,100}$/u), (name) => {
        if (name.trim() === '') expect(() => assertExperimentName(name)).toThrow(refused);
        else expect(() => assertExperimentName(name)).not.toThrow();
      }),
    );
  });

  it.each(['', '  ', '.', '..', '...', '..a', 'a/b', 'a:b', 'a\u0007b', '\ud800'])(
    'of registered models cannot be %j',
    (name) => {
      expect(() => assertModelName(name)).toThrow(refused);
    },
  );

  it.each(['latest', 'LATEST', 'v1', 'V22', 'a b', '', 'x'.repeat(256)])(
    'of aliases cannot be %j',
    (alias) => expect(() => assertAlias(alias)).toThrow(refused),
  );

  it.each(['champion', 'v1-candidate', 'version1', 'étape'])('of aliases can be %j', (alias) => {
    expect(() => assertAlias(alias)).not.toThrow();
  });
});
