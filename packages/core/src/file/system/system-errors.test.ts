import { expect, it } from 'vitest';
import { whyUnwritten, writeFailed } from './system-errors.ts';

const full = Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' });

it('a failed write says once what failed, and keeps the reason of the system', () => {
  const store = writeFailed('The store s', full);
  const log = writeFailed('The log l', store);
  expect(log).toBe(store);
  expect(log.details).toMatchObject({ errno: 'ENOSPC' });
  expect(log.message).toBe(
    'The store s could not be written: the disk is full: free some space and try again. Nothing of this call was acknowledged.',
  );
});

it('calls that were acknowledged before are not said to be unacknowledged', () => {
  expect(whyUnwritten(writeFailed('The log l', full))).toBe(
    'The log l could not be written: the disk is full: free some space and try again.',
  );
});
