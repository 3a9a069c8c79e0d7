import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  formatVersionRanges,
  latestVersion,
  listLog,
  planSegments,
  recreatableVersions,
} from './log-listing.ts';

const digits = (version: number): string => String(version).padStart(20, '0');
const commit = (version: number): string => `${digits(version)}.json`;
const checkpoint = (version: number): string => `${digits(version)}.checkpoint.parquet`;
const part = (version: number, number: number, count: number): string =>
  `${digits(version)}.checkpoint.${String(number).padStart(10, '0')}.${String(count).padStart(10, '0')}.parquet`;

describe('the files of a log', () => {
  it('are sorted by kind, and other files are ignored', () => {
    const listing = listLog([
      commit(0),
      commit(1),
      checkpoint(1),
      `${digits(1)}.checkpoint.80a083e8-7026-4e79-81be-64bd76c43a11.json`,
      `${digits(1)}.crc`,
      `.${digits(1)}.json.crc`,
      `${digits(0)}.${digits(1)}.compacted.json`,
      '_last_checkpoint',
      '_sidecars',
      '_staged_commits',
      '2.json',
    ]);
    expect([...listing.commits.keys()]).toEqual([0, 1]);
    expect(listing.checkpoints.map(({ format }) => format).sort()).toEqual(['json', 'parquet']);
    expect(latestVersion(listing)).toBe(1);
  });

  it('include a checkpoint in parts only if no part is missing', () => {
    const parts = [part(3, 2, 3), part(3, 1, 3)];
    expect(listLog(parts).checkpoints).toEqual([]);
    expect(listLog([...parts, part(3, 3, 3)]).checkpoints[0]?.names).toEqual([
      part(3, 1, 3),
      part(3, 2, 3),
      part(3, 3, 3),
    ]);
    expect(listLog([...parts, part(3, 3, 4)]).checkpoints).toEqual([]);
  });

  it('give the latest checkpoint first, and then the older ones', () => {
    const listing = listLog([...[0, 1, 2, 3, 4].map(commit), checkpoint(1), checkpoint(3)]);
    expect(planSegments(listing, 4).map((s) => [s.checkpoint?.version, s.commits.length])).toEqual([
      [3, 1],
      [1, 3],
      [undefined, 5],
    ]);
    expect(planSegments(listing, 0).map((s) => s.commits)).toEqual([[commit(0)]]);
    expect(planSegments(listing, 5)).toEqual([]);
  });

  it('show which versions can still be read', () => {
    const cleaned = listLog([3, 4, 5, 7, 8].map(commit).concat(checkpoint(4)));
    expect(formatVersionRanges(recreatableVersions(cleaned))).toBe('4–5');
    const gap = listLog([0, 1, 3, 4, 9].map(commit).concat(checkpoint(3), checkpoint(9)));
    expect(formatVersionRanges(recreatableVersions(gap))).toBe('0–1, 3–4, 9');
    expect(recreatableVersions(listLog([]))).toEqual([]);
  });

  it('list a version as readable exactly if its commits and checkpoints are complete', () => {
    const versions = fc.uniqueArray(fc.nat({ max: 12 }));
    fc.assert(
      fc.property(versions, versions, (commits, checkpoints) => {
        const listing = listLog([...commits.map(commit), ...checkpoints.map(checkpoint)]);
        const ranges = recreatableVersions(listing);
        for (let version = 0; version <= 12; version += 1) {
          const listed = ranges.some(({ from, to }) => from <= version && version <= to);
          expect(planSegments(listing, version).length > 0).toBe(listed);
        }
      }),
    );
  });
});
