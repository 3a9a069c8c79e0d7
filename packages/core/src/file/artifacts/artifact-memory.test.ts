import { execFileSync } from 'node:child_process';
import { truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { bundleScript, temporaryFolder } from '@tidemark/test-kit';
import { expect, it } from 'vitest';

const MEBIBYTE = 1024 * 1024;
const SOURCE_BYTES = 512 * MEBIBYTE;
/** Node needs 50 MiB of it before it stores anything. */
const MAX_RSS_BYTES = 256 * MEBIBYTE;
/** The SHA-256 of `SOURCE_BYTES` zeros. */
const SHA256 = '9acca8e8c22201155389f65abbf6bc9723edc7384ead80503839f49dcc56d767';

it('a file of 512 MiB is written and read in less than 256 MiB of memory', async () => {
  const folder = temporaryFolder();
  // A sparse file, which needs no space on the disk.
  const source = join(folder, 'source.bin');
  writeFileSync(source, '');
  truncateSync(source, SOURCE_BYTES);
  const program = await bundleScript(new URL('../../testing/stream-artifact.ts', import.meta.url));
  const args = ['--max-old-space-size=64', program, join(folder, 'store'), source];
  const output = execFileSync(process.execPath, args, { encoding: 'utf8' });
  const told = JSON.parse(output) as Record<string, unknown>;
  expect(told).toMatchObject({
    sizeBytes: SOURCE_BYTES,
    sha256: SHA256,
    readBytes: SOURCE_BYTES,
  });
  expect(told.maxRssBytes).toBeLessThan(MAX_RSS_BYTES);
});
