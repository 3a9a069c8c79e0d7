import type { StoreEvent } from '../events/store-event.ts';
import type { DatasetInput } from '../model/dataset.ts';
import { type LoggedModelId, parseLoggedModelId, type RunId } from '../model/ids.ts';
import { assertArguments, assertOptions } from '../model/plain-input.ts';
import type { ModelOutput } from '../model/run.ts';
import type { Store } from '../port/store.ts';
import { assertRunActive, getRun } from './get-run.ts';
import { planDataset } from './plan-dataset.ts';
import { assertStep } from './plan-metrics.ts';

/** The inputs of a run. */
export interface RunInputs {
  readonly datasets?: readonly DatasetInput[];
  readonly models?: readonly LoggedModelId[];
}

/**
 * Records the datasets and logged models that a run used, in one write. For each name and digest of a dataset only
 * the first record counts, as in MLflow's `log_inputs`.
 *
 * @example
 * ```ts
 * import { logRunInputs } from '@tidemark/core';
 *
 * const dataset = { name: 'penguins', digest: '9f86d081', sourceType: 'local', source: '{"uri":"penguins.csv"}' };
 * await logRunInputs(store, runId, { datasets: [{ dataset, tags: { 'mlflow.data.context': 'training' } }] });
 * ```
 *
 * @throws RUN_NOT_FOUND, RUN_DELETED, INVALID_ARGUMENT, INVALID_ID
 */
export async function logRunInputs(store: Store, runId: RunId, inputs: RunInputs): Promise<void> {
  assertArguments({ store, runId }, 'logRunInputs', { store: 'store', runId: 'string' });
  assertOptions(inputs, 'logRunInputs', { datasets: 'objects?', models: 'strings?' });
  const events: StoreEvent[] = [
    ...(inputs.datasets ?? []).map((input) => planDataset(runId, input)),
    ...(inputs.models ?? []).map(
      (model) => ({ kind: 'model-input', run: runId, model: parseLoggedModelId(model) }) as const,
    ),
  ];
  assertRunActive(await getRun(store, runId));
  if (events.length > 0) await store.append(events);
}

/**
 * Records the logged models that a run produced, each with its step (0 for a model without one).
 * @throws RUN_NOT_FOUND, RUN_DELETED, INVALID_ARGUMENT, INVALID_ID
 */
export async function logRunOutputs(
  store: Store,
  runId: RunId,
  models: readonly ModelOutput[],
): Promise<void> {
  assertArguments({ store, runId, models }, 'logRunOutputs', {
    store: 'store',
    runId: 'string',
    models: 'objects',
  });
  const events = models.map(({ modelId, step }) => {
    assertStep(step);
    return {
      kind: 'model-output',
      run: runId,
      model: parseLoggedModelId(modelId),
      step,
    } as const;
  });
  assertRunActive(await getRun(store, runId));
  if (events.length > 0) await store.append(events);
}
