import { expect, it } from 'vitest';
import { whyUnwritten, writeFailed } from './system-errors.ts';

const full = Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' });

it('the error of a failed write names what failed once, with the reason of the system', () => {
  const store = writeFailed('The store s', full);
  const log = writeFailed('The log l', store);
  expect(log).toBe(store);
  expect(log.details).toMatchObject({ errno: 'ENOSPC' });
  expect(log.message).toBe(
    'The store s could not be written: the disk is full: free some space and try again. Nothing of this call was acknowledged.',
  );
});

it('the reason for buffered calls does not say that nothing was acknowledged', () => {
  expect(whyUnwritten(writeFailed('The log l', full))).toBe(
    'The log l could not be written: the disk is full: free some space and try again.',
  );
});
