import { TidemarkError } from '../errors.ts';
import type { DatasetUsed } from '../events/store-event.ts';
import type { DatasetInput } from '../model/dataset.ts';
import type { RunId } from '../model/ids.ts';
import { LIMITS } from '../model/limits.ts';

/** Checks a dataset input: the event to append. @throws INVALID_ARGUMENT */
export function planDataset(runId: RunId, input: DatasetInput): DatasetUsed {
  assertText('name', input.dataset.name, LIMITS.datasetNameLength);
  assertText('digest', input.dataset.digest, LIMITS.datasetDigestLength);
  return { kind: 'dataset', run: runId, input };
}

function assertText(field: string, value: string, limit: number): void {
  if (value.trim() !== '' && value.length <= limit) return;
  throw new TidemarkError(
    'INVALID_ARGUMENT',
    `The ${field} of a dataset has to have 1 to ${limit} characters; it has ${value.length}.`,
    { details: { field } },
  );
}
