import { TidemarkError } from '../errors.ts';
import type { DatasetUsed } from '../events/kinds/dataset.ts';
import type { DatasetInput } from '../model/dataset.ts';
import type { RunId } from '../model/ids.ts';
import { LIMITS } from '../model/limits.ts';
import { assertArguments, assertRecord, kindOf } from '../model/plain-input.ts';

/** Checks a dataset input, and returns the event to append. @throws INVALID_ARGUMENT */
export function planDataset(runId: RunId, input: DatasetInput): DatasetUsed {
  assertArguments({ runId, input }, 'planDataset', { runId: 'string', input: 'any' });
  assertDatasetInput(input);
  return { kind: 'dataset', run: runId, input };
}

/** Checks a dataset input against MLflow's limits. @throws INVALID_ARGUMENT */
export function assertDatasetInput(input: DatasetInput): void {
  assertRecord(input, 'A dataset input');
  const { dataset, tags } = input;
  assertRecord(dataset, 'The dataset of a dataset input');
  assertRecord(tags, 'The tags of a dataset input');
  assertText('name', dataset.name, LIMITS.datasetNameLength, 1);
  assertText('digest', dataset.digest, LIMITS.datasetDigestLength, 1);
  assertText('source type', dataset.sourceType, LIMITS.datasetNameLength, 1);
  assertText('source', dataset.source, LIMITS.datasetSourceLength);
  assertText('schema', dataset.schema ?? '', LIMITS.datasetSchemaLength);
  assertText('profile', dataset.profile ?? '', LIMITS.datasetProfileLength);
  for (const [key, value] of Object.entries(tags)) {
    assertText(`tag ${JSON.stringify(key)}`, value, LIMITS.inputTagValueLength);
    if (key.length > LIMITS.inputTagKeyLength) assertText('tag key', key, LIMITS.inputTagKeyLength);
  }
}

function assertText(field: string, value: unknown, limit: number, least = 0): void {
  if (typeof value === 'string' && value.trim().length >= least && value.length <= limit) return;
  const found = typeof value === 'string' ? `${value.length} characters` : kindOf(value);
  throw new TidemarkError(
    'INVALID_ARGUMENT',
    `The ${field} of a dataset has to be text of ${least} to ${limit} characters; it is ${found}. Give another text.`,
    { details: { field } },
  );
}
