import { expect, it } from 'vitest';
import type { CheckpointFiles } from './log-listing.ts';
import { readCheckpoint } from './read-checkpoint.ts';

const CHECKPOINT: CheckpointFiles = {
  version: 10,
  format: 'parquet',
  names: ['00000000000000000010.checkpoint.parquet'],
};

it('the error when DuckDB cannot start does not blame the checkpoint', async () => {
  const session = { connect: () => Promise.reject(new Error('no folder for spilled data')) };
  await expect(readCheckpoint(session, 'log', CHECKPOINT, { statistics: false })).rejects.toThrow(
    /^no folder for spilled data$/,
  );
});
