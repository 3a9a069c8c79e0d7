import { posix } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { assertArtifactPath } from './artifact-path.ts';

describe('an artifact path', () => {
  it.each(['a', 'a/b.txt', '.hidden', 'a/..b', 'a b/ü🌊.png', 'con-fusion/x', '%2e%2e/x'])(
    'can be %j',
    (path) => expect(assertArtifactPath(path)).toBe(path),
  );

  it('that is accepted stays below its folder and is already normalized', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom('a', 'b', '.', '..', '', '/', '\\', 'c:', '\u0000', 'aux', ' '), {
          maxLength: 8,
        }),
        (parts) => {
          const path = parts.join('/');
          try {
            assertArtifactPath(path);
          } catch (error) {
            expect(error).toMatchObject({ code: 'ARTIFACT_PATH_UNSAFE' });
            return;
          }
          expect(posix.normalize(path)).toBe(path);
          expect(posix.join('/root', path).startsWith('/root/')).toBe(true);
          expect(path.includes('\\') || path.includes('\u0000')).toBe(false);
        },
      ),
    );
  });

  it.each([
    ['nul.txt', 'names a device'],
    ['x'.repeat(256), 'too long'],
    [`${'a/'.repeat(600)}b`, 'too long'],
    ['a/\ud800', 'well-formed'],
  ])('cannot be %j', (path, reason) => {
    expect(() => assertArtifactPath(path)).toThrow(reason);
  });
});
