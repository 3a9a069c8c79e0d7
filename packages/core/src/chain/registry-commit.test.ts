import fc from 'fast-check';
import { expect, it } from 'vitest';
import {
  foldNewCommit,
  foldRegistryCommit,
  LONGEST_COMMIT_BYTES,
  nextRegistryCommit,
  parseChainedCommit,
} from './registry-commit.ts';

const damaged = (message: RegExp): unknown =>
  expect.objectContaining({ code: 'STORE_DAMAGED', message: expect.stringMatching(message) });

const created = (description: string) =>
  nextRegistryCommit(
    'birds',
    undefined,
    {
      by: { name: 'ada', authenticated: false },
      atMs: 1,
      changes: [{ kind: 'model-created', description }],
    },
    'n',
  );

it('writers and readers accept commits of the same greatest length', () => {
  const { length } = foldNewCommit(undefined, created('')).bytes;
  // Of three bytes each: bytes are counted, and not characters.
  const room = LONGEST_COMMIT_BYTES - length;
  const longest = `${'x'.repeat(room % 3)}${'海'.repeat((room - (room % 3)) / 3)}`;
  const { bytes } = foldNewCommit(undefined, created(longest));
  expect(bytes.length).toBe(LONGEST_COMMIT_BYTES);
  expect(foldRegistryCommit(undefined, bytes, 'birds#1').commit.number).toBe(1);
  expect(() => foldNewCommit(undefined, created(`${longest}x`))).toThrow(
    expect.objectContaining({
      code: 'INVALID_ARGUMENT',
      message: expect.stringMatching(
        /was not written, because it takes more than the 67108864 bytes/,
      ),
    }),
  );
  const longer = new Uint8Array(LONGEST_COMMIT_BYTES + 1);
  expect(() => foldRegistryCommit(undefined, longer, 'birds#1')).toThrow(
    damaged(/is longer than 67108864 bytes/),
  );
});

it('a value from a server that is not an object is refused as a damaged commit', () => {
  const plain = fc.oneof(
    fc.constantFrom(undefined, null, true, Number.NaN, 1n, Symbol('commit'), () => ({})),
    fc.string(),
    fc.double(),
    fc.array(fc.anything()),
  );
  fc.assert(
    fc.property(plain, (value) => {
      expect(() => parseChainedCommit(value, 'model#1')).toThrow(
        damaged(/commit model#1 cannot be used: it /),
      );
    }),
  );
});

it('an object that is not a commit is refused as a damaged commit', () => {
  fc.assert(
    fc.property(fc.object(), (value) => {
      expect(() => parseChainedCommit(value, 'model#1')).toThrow(
        damaged(/commit model#1 cannot be used: it /),
      );
    }),
  );
});
