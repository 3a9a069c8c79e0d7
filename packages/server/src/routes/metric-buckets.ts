import { createHash, randomBytes } from 'node:crypto';
import { type BucketColumns, bucketColumnsOf, type RunId, type Store } from '@tidemark/core';
import {
  BUCKET_FRAME_TYPE,
  encodeBucketFrame,
  GetMetricBucketsRequest,
  GREATEST_BUCKET_RUNS,
  METRIC_BUCKETS_PATH,
} from '@tidemark/mlflow';
import { type Call, defineRoute, type Route } from '../dispatch/route.ts';
import { SENT } from '../wire/sent.ts';
import { invalidParameter } from '../wire/wire-error.ts';

/** The marks of a store are those of its process, so a cursor of another process must differ. */
const PROCESS = randomBytes(8);
const MARK_BYTES = 8;
const CHECK_BYTES = 8;

/** The route for charts: one metric of many runs in buckets, as a binary frame, and later only what changed. */
export const METRIC_BUCKETS_ROUTE: Route = defineRoute({
  method: 'GET',
  path: METRIC_BUCKETS_PATH,
  at: 'root',
  summary:
    'Get one metric of up to 100 runs in buckets, as a binary frame. With `since`, the cursor of an earlier answer, only runs that changed have buckets, and the answer is 204 if nothing was written since.',
  needs: 'reader',
  // The view of the caller has what they may read. Other runs have no buckets, like runs that do not exist.
  about: () => [],
  request: GetMetricBucketsRequest,
  isNoMessage: true,
  handle: sendBuckets,
});

async function sendBuckets(
  message: GetMetricBucketsRequest,
  { context: { store }, reply }: Call,
): Promise<typeof SENT> {
  const { run_ids, metric_key, count, first_step, last_step, since } = message;
  if (run_ids.length === 0 || run_ids.length > GREATEST_BUCKET_RUNS) {
    throw invalidParameter(
      `run_ids must have 1 to ${GREATEST_BUCKET_RUNS} runs, but has ${run_ids.length}. Send several requests.`,
    );
  }
  reply.header('cache-control', 'no-store');
  const before = since === undefined ? undefined : Buffer.from(since, 'base64url');
  // Read first, so that an event after it changes the mark.
  const mark = await markOf(store, message);
  if (mark !== undefined && before?.subarray(0, MARK_BYTES).equals(mark) === true) {
    reply.code(204).send();
    return SENT;
  }
  const found = await bucketColumnsOf(store, run_ids as RunId[], metric_key, {
    count,
    ...(first_step === undefined ? {} : { firstStep: first_step }),
    ...(last_step === undefined ? {} : { lastStep: last_step }),
  });
  const checks = found.map(checkOf);
  const cursor = Buffer.concat([mark ?? Buffer.alloc(MARK_BYTES), ...checks]);
  const isOf = before?.length === cursor.length;
  const runs = found.map((run, place) => {
    const at = MARK_BYTES + place * CHECK_BYTES;
    const isSame = isOf && before.subarray(at, at + CHECK_BYTES).equals(checks[place] as Buffer);
    return isSame ? undefined : run;
  });
  const frame = encodeBucketFrame({ cursor: cursor.toString('base64url'), runs });
  reply.header('content-type', BUCKET_FRAME_TYPE).send(Buffer.from(frame.buffer, 0, frame.length));
  return SENT;
}

/** Returns a digest of the request and of everything that was written; `undefined` for a store that cannot tell. */
async function markOf(
  store: Store,
  { since: _, ...request }: GetMetricBucketsRequest,
): Promise<Buffer | undefined> {
  const mark = await store.eventMark?.();
  if (mark === undefined) return undefined;
  const digest = createHash('sha256')
    .update(PROCESS)
    .update(JSON.stringify([mark, request]));
  return digest.digest().subarray(0, MARK_BYTES);
}

/** Returns a digest of the buckets of a run. */
function checkOf(run: BucketColumns): Buffer {
  const bytes = encodeBucketFrame({ cursor: '', runs: [run] });
  return createHash('sha256').update(bytes).digest().subarray(0, CHECK_BYTES);
}
