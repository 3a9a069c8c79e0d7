import type { DatasetInput } from '../../model/dataset.ts';
import type { RunId } from '../../model/ids.ts';
import { redactDataset } from '../../secrets/redact-dataset.ts';
import { type EventKind, eventKind } from '../event-kind.ts';
import { datasetInput, runId } from '../field-values.ts';

/** A run used a dataset. */
export interface DatasetUsed {
  readonly kind: 'dataset';
  readonly run: RunId;
  readonly input: DatasetInput;
}

export const datasetUsed: EventKind<DatasetUsed> = eventKind({
  decode: (fields) => ({
    kind: 'dataset',
    run: runId(fields.run),
    input: datasetInput(fields.input),
  }),
  subject: ({ run }) => ({ run }),
  without: (event) => event,
  withoutSecrets: (event) => ({
    ...event,
    input: { ...event.input, dataset: redactDataset(event.input.dataset) },
  }),
  isWork: () => true,
});
