import { mkdir, mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type DeltaSnapshot, openDeltaSnapshot, snapshotDigest } from '../index.ts';
import { commitName } from '../write/put-commit.ts';

let table: string;
beforeEach(async () => {
  table = await mkdtemp(join(tmpdir(), 'delta-log-'));
  await mkdir(join(table, '_delta_log'));
});
afterEach(() => rm(table, { recursive: true }));

const protocol = { protocol: { minReaderVersion: 1, minWriterVersion: 2 } };
const metaData = {
  metaData: {
    id: 'a-table',
    format: { provider: 'parquet', options: {} },
    schemaString:
      '{"type":"struct","fields":[{"name":"id","type":"long","nullable":true,"metadata":{}}]}',
    partitionColumns: [],
    configuration: {},
  },
};
const add = (path: string, extra: object = {}): object => ({
  add: { path, partitionValues: {}, size: 1, modificationTime: 0, dataChange: true, ...extra },
});
const remove = (path: string, extra: object = {}): object => ({
  remove: { path, dataChange: true, deletionTimestamp: 0, ...extra },
});
const vector = (pathOrInlineDv: string, offset = 1): object => ({
  deletionVector: { storageType: 'u', pathOrInlineDv, offset, sizeInBytes: 1, cardinality: 1 },
});

async function commit(version: number, ...actions: object[]): Promise<void> {
  const text = actions.map((action) => `${JSON.stringify(action)}\n`).join('');
  await writeFile(join(table, '_delta_log', commitName(version)), text);
}

const paths = ({ files }: DeltaSnapshot): string[] => files.map((file) => file.path).sort();

describe('replaying a log', () => {
  it('applies removes before adds within a commit, whatever their order in the file', async () => {
    await commit(0, protocol, metaData, add('a'), add('b'));
    await commit(1, add('a', { size: 2 }), remove('a'), remove('b'));
    const snapshot = await openDeltaSnapshot(table);
    expect(snapshot.files).toMatchObject([{ path: 'a', sizeBytes: 2 }]);
  });

  it('distinguishes the same file with different deletion vectors', async () => {
    await commit(0, protocol, metaData, add('a'));
    await commit(1, remove('a'), add('a', vector('one')));
    await commit(2, remove('a', vector('one')), add('a', vector('one', 5)));
    const { files } = await openDeltaSnapshot(table);
    expect(files).toMatchObject([{ path: 'a', deletionVector: { offset: 5 } }]);
  });

  it('recognises a file however its path is spelled', async () => {
    await commit(0, protocol, metaData, add('/x/p%20q'), add('file:/x/b'), add('c%2520d'));
    await commit(1, remove('file:///x/p%20q'), remove('/x/b'), remove('c%20d'));
    expect(paths(await openDeltaSnapshot(table))).toEqual(['c%2520d']);
  });

  it('ignores unknown actions and fields', async () => {
    await commit(
      0,
      { commitInfo: { any: 1 } },
      protocol,
      metaData,
      { cdc: { path: 'x' } },
      {
        ...add('a', { tags: { b: 'c' }, clusteringProvider: 'liquid' }),
        newAction: { x: 1 },
      },
    );
    expect(paths(await openDeltaSnapshot(table))).toEqual(['a']);
  });

  it.each([
    ['metaData', [protocol]],
    ['protocol', [metaData]],
  ])('refuses a log without a %s action', async (missing, actions) => {
    await commit(0, ...actions);
    await expect(openDeltaSnapshot(table)).rejects.toMatchObject({
      code: 'DELTA_LOG_INVALID',
      details: { missing },
    });
  });

  it('names the line of a commit that cannot be parsed', async () => {
    await commit(0, protocol, metaData);
    await writeFile(join(table, '_delta_log', commitName(1)), '{"add":{"path":"a"');
    await expect(openDeltaSnapshot(table)).rejects.toMatchObject({
      code: 'DELTA_LOG_INVALID',
      details: { line: 1 },
    });
    expect((await openDeltaSnapshot(table, { version: 0 })).version).toBe(0);
  });
});

describe('a table with features that this reader does not support', () => {
  it('is refused with their names', async () => {
    const readerFeatures = ['deletionVectors', 'geospatial', 'catalogManaged'];
    await commit(
      0,
      {
        protocol: { minReaderVersion: 3, minWriterVersion: 7, readerFeatures, writerFeatures: [] },
      },
      metaData,
    );
    await expect(openDeltaSnapshot(table)).rejects.toMatchObject({
      code: 'DELTA_FEATURE_UNSUPPORTED',
      details: { features: ['geospatial', 'catalogManaged'] },
      message: expect.stringContaining('catalog'),
    });
  });

  it('is refused for a newer reader version and for an unknown type of column', async () => {
    await commit(0, { protocol: { minReaderVersion: 4, minWriterVersion: 7 } }, metaData);
    await expect(openDeltaSnapshot(table)).rejects.toMatchObject({
      code: 'DELTA_FEATURE_UNSUPPORTED',
    });
    const schemaString = metaData.metaData.schemaString.replace('"long"', '"variant"');
    await commit(0, protocol, { metaData: { ...metaData.metaData, schemaString } });
    await expect(openDeltaSnapshot(table)).rejects.toMatchObject({
      code: 'DELTA_FEATURE_UNSUPPORTED',
      details: { column: 'id', type: 'variant' },
    });
  });
});

describe('choosing a version', () => {
  it('refuses a version that cannot be read, and names those that can', async () => {
    await commit(0, protocol, metaData);
    await commit(1, add('a'));
    await expect(openDeltaSnapshot(table, { version: 7 })).rejects.toMatchObject({
      code: 'DELTA_VERSION_NOT_FOUND',
      message: expect.stringContaining('Versions that can be read: 0–1.'),
    });
    await rm(join(table, '_delta_log', commitName(0)));
    await writeFile(join(table, '_delta_log', `${'0'.repeat(19)}1.checkpoint.parquet`), 'torn');
    await expect(openDeltaSnapshot(table, { version: 0 })).rejects.toMatchObject({
      code: 'DELTA_VERSION_NOT_FOUND',
      details: { version: 0, recreatable: [{ from: 1, to: 1 }] },
    });
  });

  it('ignores a damaged checkpoint and a damaged hint if the commits are complete', async () => {
    await commit(0, protocol, metaData);
    await commit(1, add('a'));
    await writeFile(join(table, '_delta_log', `${'0'.repeat(19)}1.checkpoint.parquet`), 'torn');
    await writeFile(join(table, '_delta_log', '_last_checkpoint'), '{"version":');
    expect(paths(await openDeltaSnapshot(table))).toEqual(['a']);
    await rm(join(table, '_delta_log', commitName(0)));
    await expect(openDeltaSnapshot(table)).rejects.toMatchObject({ code: 'DELTA_LOG_INVALID' });
  });

  it('refuses a log with a gap before its latest version', async () => {
    await commit(0, protocol, metaData);
    await commit(2, add('a'));
    await expect(openDeltaSnapshot(table)).rejects.toMatchObject({
      code: 'DELTA_LOG_INVALID',
      details: { recreatable: [{ from: 0, to: 0 }] },
    });
  });

  it.each([
    ['a fraction', { version: 1.5 }],
    ['a negative number', { version: -1 }],
    ['a version and a time', { version: 0, timestampMs: 0 }],
    ['a time that is NaN', { timestampMs: Number.NaN }],
  ])('refuses %s', async (_, selection) => {
    await commit(0, protocol, metaData);
    await expect(openDeltaSnapshot(table, selection)).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
    });
  });

  it('refuses a folder without a table, and an object store', async () => {
    await expect(openDeltaSnapshot(table)).rejects.toMatchObject({ code: 'DELTA_TABLE_NOT_FOUND' });
    await expect(openDeltaSnapshot(join(table, 'no'))).rejects.toMatchObject({
      code: 'DELTA_TABLE_NOT_FOUND',
    });
    await expect(openDeltaSnapshot('s3://bucket/table')).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
    });
  });
});

describe('selecting a version by time', () => {
  const versionAt = async (timestampMs: number): Promise<number> =>
    (await openDeltaSnapshot(table, { timestampMs })).version;

  it('adds a millisecond to each commit that was copied out of order', async () => {
    await commit(0, protocol, metaData);
    await commit(1, add('a'));
    await commit(2, add('b'));
    for (const [version, seconds] of [5000, 3000, 4000].entries()) {
      await utimes(join(table, '_delta_log', commitName(version)), seconds, seconds);
    }
    expect(await versionAt(5_000_000)).toBe(0);
    expect(await versionAt(5_000_001)).toBe(1);
    expect(await versionAt(5_000_002)).toBe(2);
  });

  it('uses in-commit timestamps from the version that enabled them', async () => {
    const info = (inCommitTimestamp: number): object => ({ commitInfo: { inCommitTimestamp } });
    await commit(0, protocol, metaData);
    await utimes(join(table, '_delta_log', commitName(0)), 1000, 1000);
    const configuration = {
      'delta.enableInCommitTimestamps': 'true',
      'delta.inCommitTimestampEnablementVersion': '1',
      'delta.inCommitTimestampEnablementTimestamp': '2000000',
    };
    await commit(1, info(2_000_000), { metaData: { ...metaData.metaData, configuration } });
    await commit(2, info(2_500_000), add('a'));
    expect(await versionAt(1_000_000)).toBe(0);
    expect(await versionAt(1_999_999)).toBe(0);
    expect(await versionAt(2_000_000)).toBe(1);
    expect(await versionAt(2_500_000)).toBe(2);
    await expect(versionAt(2_500_001)).rejects.toMatchObject({ code: 'DELTA_VERSION_NOT_FOUND' });
    expect((await openDeltaSnapshot(table)).timestampMs).toBe(2_500_000);
  });
});

describe('the digest of a snapshot', () => {
  it('depends on the files, not on the version or its history', async () => {
    await commit(0, protocol, metaData, add('a'), add('b'));
    await commit(1, remove('b'));
    await commit(2, add('b'));
    const digests = await Promise.all(
      [0, 1, 2].map(async (version) => snapshotDigest(await openDeltaSnapshot(table, { version }))),
    );
    expect(digests[0]).toBe(digests[2]);
    expect(digests[0]).not.toBe(digests[1]);
  });

  it('never changes for the same table, because runs keep it', () => {
    const digest = snapshotDigest({
      tableId: 'id',
      schemaString: '{"type":"struct","fields":[]}',
      partitionColumns: ['p'],
      files: [
        { path: 'b', sizeBytes: 2, modificationTimeMs: 0, partitionValues: {} },
        {
          path: 'a',
          sizeBytes: 1,
          modificationTimeMs: 7,
          partitionValues: {},
          deletionVector: {
            storageType: 'u',
            pathOrInlineDv: 'x',
            offset: 1,
            sizeInBytes: 3,
            cardinality: 4,
          },
        },
      ],
    });
    expect(digest).toMatchInlineSnapshot(
      `"delta-snapshot-v1:bfc9a776dc636d8552f3e9471cd9f60896046e4b01270bf3cd89bb9380c4b555"`,
    );
  });
});
