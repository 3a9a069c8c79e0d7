import type * as tf from '@tensorflow/tfjs';
import { lastRun, registerModel } from '@tidemark/client';
import type { DeltaDatasetVersion, LoggedModel, ModelVersion, Run, Store } from '@tidemark/core';
import { readDeltaTable } from '@tidemark/delta-lineage';
import { buildClassifier, prepare, type TrainingData, train } from './classifier.ts';

/** A training, and the run and model that autologging recorded. */
export interface RecordedTraining {
  readonly model: tf.LayersModel;
  readonly data: TrainingData;
  readonly dataset: DeltaDatasetVersion;
  readonly store: Store;
  readonly run: Run;
  readonly logged: LoggedModel;
}

/** Trains on one version of the table. Autologging records the training, not this function. */
export async function trainOnVersion(
  table: string,
  version: number,
  onEpoch: (epoch: number, epochs: number, accuracy: number) => void,
): Promise<RecordedTraining> {
  const read = await readDeltaTable(table, { version });
  const data = prepare(read.table);
  const model = buildClassifier(data.species.length);
  await train(model, data, onEpoch);
  return { model, data, dataset: read.dataset, ...(await lookUpRecord()) };
}

/** Registers the model that a training logged. */
export function register({ store, logged }: RecordedTraining): Promise<ModelVersion> {
  return registerModel({ store, name: 'penguins', model: logged });
}

async function lookUpRecord(): Promise<{ store: Store; run: Run; logged: LoggedModel }> {
  const active = lastRun();
  if (active === undefined) throw new Error('The training was not recorded.');
  const { store, runId } = active;
  const [run] = await store.runs({ runIds: [runId] });
  const modelIds = run?.modelOutputs.map(({ modelId }) => modelId) ?? [];
  const [logged] = await store.loggedModels({ modelIds });
  if (run === undefined || logged === undefined) throw new Error('The model was not recorded.');
  return { store, run, logged };
}
