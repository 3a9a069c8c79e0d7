import {
  type BucketColumns,
  type BucketOptions,
  bucketColumnsOfPoints,
  type RunId,
} from '@tidemark/core';
import { decodeBucketFrame } from './messages/bucket-frame.ts';
import { GREATEST_BUCKET_RUNS, METRIC_BUCKETS_PATH } from './messages/metric-buckets.ts';
import { queryText, type RestClient } from './rest-client.ts';
import { readRestHistory } from './rest-runs.ts';

/**
 * Returns the buckets of one metric of some runs. A server that is not Tidemark's, or an older one, sends the histories
 * instead.
 */
export async function readRestBuckets(
  client: RestClient,
  isTidemark: boolean,
  request: {
    readonly runIds: readonly RunId[];
    readonly key: string;
    readonly options: BucketOptions;
  },
): Promise<BucketColumns[]> {
  const { runIds, key, options } = request;
  const found: BucketColumns[] = [];
  for (let from = 0; from < runIds.length; from += GREATEST_BUCKET_RUNS) {
    const some = runIds.slice(from, from + GREATEST_BUCKET_RUNS);
    const frame = isTidemark ? await readFrame(client, some, key, options) : undefined;
    if (frame !== undefined) found.push(...frame);
    else {
      for (const runId of some) {
        found.push(bucketColumnsOfPoints(await readRestHistory(client, runId, key), options));
      }
    }
  }
  return found;
}

/** Returns `undefined` if the server does not have the route. */
async function readFrame(
  client: RestClient,
  runIds: readonly RunId[],
  key: string,
  { count, firstStep, lastStep }: BucketOptions,
): Promise<BucketColumns[] | undefined> {
  const query = {
    run_ids: runIds,
    metric_key: key,
    count,
    first_step: firstStep,
    last_step: lastStep,
  };
  const path = `${METRIC_BUCKETS_PATH}${queryText(query)}`;
  const answer = await client.bytes({ method: 'GET', path, at: 'root', accept: [404] });
  if (answer.status === 404) return undefined;
  const { runs } = decodeBucketFrame(new Uint8Array(await answer.arrayBuffer()));
  return runs.flatMap((run) => run ?? []);
}
