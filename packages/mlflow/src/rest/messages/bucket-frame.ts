import {
  assertArguments,
  type BucketColumns,
  type BucketPoints,
  type PointSubject,
  parseLoggedModelId,
  TidemarkError,
} from '@tidemark/core';
import { z } from 'zod';
import { FrameReader } from './frame-reader.ts';
import { FrameWriter } from './frame-writer.ts';

/** The media type of a frame of buckets. */
export const BUCKET_FRAME_TYPE = 'application/vnd.tidemark.buckets';

/** The first bytes of a frame: `TDMB`, then the version. */
const MAGIC = 0x424d4454;
const VERSION = 1;
/** The count of a run whose buckets are those of the cursor of the request. */
const UNCHANGED = 0xffffffff;
const CORNERS = ['first', 'last', 'min', 'max'] as const;

/** The buckets of one metric of some runs. */
export interface BucketFrame {
  /** To be sent with the next request, which then gets only what changed since. */
  readonly cursor: string;
  /** The buckets of each run, in the order of the request; `undefined` if they are those of the cursor of the request. */
  readonly runs: readonly (BucketColumns | undefined)[];
}

/** What points are about: the run, the place in `CORNERS`, the bucket, and the subject. Most frames have none. */
const Subjects = z.array(
  z.tuple([
    z.int().nonnegative(),
    z.int().min(0).max(3),
    z.int().nonnegative(),
    z.object({
      datasetName: z.string().exactOptional(),
      datasetDigest: z.string().exactOptional(),
      modelId: z.string().exactOptional(),
    }),
  ]),
);

/**
 * Encodes buckets as bytes, little-endian: the magic and the version; the number of runs; the lengths of the cursor (ASCII)
 * and of JSON with subjects, and both texts; the number of buckets of each run; and for each run that has any 15 columns. docs/server.md
 * describes the form. @throws INVALID_ARGUMENT
 */
export function encodeBucketFrame(given: BucketFrame): Uint8Array<ArrayBuffer> {
  assertArguments({ given }, 'encodeBucketFrame', { given: 'object' });
  assertArguments(given, 'encodeBucketFrame', { cursor: 'string', runs: 'array' });
  try {
    return encoded(given);
  } catch (cause) {
    throw new TidemarkError(
      'INVALID_ARGUMENT',
      'encodeBucketFrame takes a cursor and the columns of bucketColumnsOf, or undefined, for each run.',
      { cause },
    );
  }
}

/** Decodes a frame. @throws SERVER_FAILED for bytes that are not a frame of this version */
export function decodeBucketFrame(bytes: Uint8Array): BucketFrame {
  try {
    return decoded(new FrameReader(bytes));
  } catch (cause) {
    throw new TidemarkError(
      'SERVER_FAILED',
      'The answer is not a frame of buckets that this version can read. Check that the address is that of a Tidemark server, and its version.',
      { cause },
    );
  }
}

function encoded({ cursor, runs }: BucketFrame): Uint8Array<ArrayBuffer> {
  const frame = new FrameWriter();
  const subjects = subjectsOf(runs);
  const texts = [cursor, subjects.length === 0 ? '' : JSON.stringify(subjects)].map((text) =>
    new TextEncoder().encode(text),
  );
  frame.integers([MAGIC, VERSION, runs.length, ...texts.map(({ length }) => length)]);
  for (const text of texts) frame.bytes(text);
  frame.integers(runs.map((run) => (run === undefined ? UNCHANGED : run.counts.length)));
  for (const run of runs) for (const column of columnsOf(run)) frame.column(column);
  return frame.finish();
}

function decoded(frame: FrameReader): BucketFrame {
  const [magic, version, runCount, ...lengths] = frame.integers(5) as [
    number,
    number,
    number,
    number,
    number,
  ];
  if (magic !== MAGIC || version !== VERSION) throw new Error('another magic or version');
  const [cursor, json] = lengths.map((length) => new TextDecoder().decode(frame.bytes(length)));
  const counts = frame.integers(runCount);
  const subjects = subjectsByColumn(json === '' ? [] : Subjects.parse(JSON.parse(json as string)));
  const runs = counts.map((count, run): BucketColumns | undefined => {
    if (count === UNCHANGED) return undefined;
    const column = (): Float64Array => (count === 0 ? new Float64Array(0) : frame.column(count));
    const points = (corner: number): BucketPoints => ({
      steps: column(),
      timesMs: column(),
      values: column(),
      subjects: subjects.get(`${run} ${corner}`),
    });
    // In the order of `columnsOf`.
    return {
      counts: column(),
      nanCounts: column(),
      infinityCounts: column(),
      first: points(0),
      last: points(1),
      min: points(2),
      max: points(3),
    };
  });
  if (!frame.isAtEnd) throw new Error('more bytes than a frame has');
  return { cursor: cursor as string, runs };
}

function columnsOf(run: BucketColumns | undefined): Float64Array[] {
  if (run === undefined || run.counts.length === 0) return [];
  const { counts, nanCounts, infinityCounts } = run;
  const points = CORNERS.flatMap((corner) => {
    const { steps, timesMs, values } = run[corner];
    return [steps, timesMs, values];
  });
  const columns = [counts, nanCounts, infinityCounts, ...points];
  // All have the length by which a reader reads them.
  const isWhole = columns.every(
    (column) => column instanceof Float64Array && column.length === counts.length,
  );
  if (!isWhole) throw new Error('the columns differ in length');
  return columns;
}

function subjectsOf(runs: BucketFrame['runs']): z.input<typeof Subjects> {
  const found: z.input<typeof Subjects> = [];
  runs.forEach((run, place) => {
    CORNERS.forEach((corner, at) => {
      run?.[corner].subjects?.forEach((subject, bucket) => {
        if (subject !== undefined) found.push([place, at, bucket, subject]);
      });
    });
  });
  return found;
}

function subjectsByColumn(
  subjects: z.output<typeof Subjects>,
): Map<string, (PointSubject | undefined)[]> {
  const columns = new Map<string, (PointSubject | undefined)[]>();
  for (const [run, corner, bucket, { modelId, ...dataset }] of subjects) {
    const name = `${run} ${corner}`;
    const column = columns.get(name) ?? [];
    columns.set(name, column);
    column[bucket] =
      modelId === undefined ? dataset : { ...dataset, modelId: parseLoggedModelId(modelId) };
  }
  return columns;
}
