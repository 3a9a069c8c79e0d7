import type { ActiveRun } from '@tidemark/client';
import {
  concatenateBytes,
  DATASET_CONTEXT_TAG,
  type DatasetInput,
  sha256Hex,
} from '@tidemark/core';
import type { TfjsData } from './tfjs-types.ts';

/** The number of values in a digest, as in MLflow (data/digest_utils.py, `MAX_ROWS`). */
const DIGESTED_VALUES = 10_000;
/** The number of hexadecimal digits that are kept of 64: MLflow allows a dataset's digest 36 characters. */
const DIGEST_DIGITS = 32;

/** The tensors passed to `fit`: one, a list, or an object by name. */
type NamedTensors = readonly (readonly [name: string | undefined, tensor: TfjsData])[];

/**
 * Logs the tensors of a training (context `train`) and of its validation (context `eval`) as MLflow's
 * Keras autologging does: as a dataset with the source `code`, with schema, shapes and a digest. Used only
 * if the run has no other dataset, because a dataset read from a table identifies its version.
 */
export async function logTensors(
  run: ActiveRun,
  data: { readonly x: unknown; readonly y: unknown },
  validationData: unknown,
): Promise<void> {
  // Started before the first await, while the tensors certainly exist.
  const [x, y] = Array.isArray(validationData) ? validationData : [];
  const inputs = await Promise.all([
    tensorDataset(data.x, data.y, 'train'),
    tensorDataset(x, y, 'eval'),
  ]);
  const [state] = await run.store.runs({ runIds: [run.runId] });
  if (state !== undefined && state.datasets.length > 0) return;
  for (const input of inputs) if (input !== undefined) await run.logDataset(input);
}

async function tensorDataset(
  x: unknown,
  y: unknown,
  context: string,
): Promise<DatasetInput | undefined> {
  const features = tensorsOf(x);
  const targets = tensorsOf(y);
  if (features.length === 0) return undefined;
  const digest = await tensorsDigest([...features, ...targets]);
  return {
    dataset: {
      name: 'dataset',
      digest: digest.slice(0, DIGEST_DIGITS),
      sourceType: 'code',
      source: JSON.stringify({ tags: {} }),
      schema: JSON.stringify({
        mlflow_tensorspec: {
          features: schemaJson(features),
          targets: targets.length === 0 ? null : schemaJson(targets),
        },
      }),
      profile: JSON.stringify({
        features_shape: shapesOf(features),
        features_size: sizeOf(features),
        ...(targets.length > 0 && {
          targets_shape: shapesOf(targets),
          targets_size: sizeOf(targets),
        }),
      }),
    },
    tags: { [DATASET_CONTEXT_TAG]: context },
  };
}

/** SHA-256 over names, dtypes and shapes, and over the first values of every tensor. */
async function tensorsDigest(tensors: NamedTensors): Promise<string> {
  const header = tensors.map(([name, { dtype, shape }]) => [name ?? null, dtype, shape]);
  const values = await Promise.all(tensors.map(([, tensor]) => firstValues(tensor)));
  return sha256Hex(concatenateBytes([new TextEncoder().encode(JSON.stringify(header)), ...values]));
}

async function firstValues(tensor: TfjsData): Promise<Uint8Array> {
  const count = Math.min(tensor.size, DIGESTED_VALUES);
  // Sliced on the device, because a training set may be large and must be copied from there.
  const flat = tensor.reshape([tensor.size]);
  const part = flat.slice([0], [count]);
  flat.dispose();
  try {
    const values = await part.data();
    return ArrayBuffer.isView(values)
      ? new Uint8Array(values.buffer, values.byteOffset, values.byteLength).slice()
      : new TextEncoder().encode(JSON.stringify(Array.from(values)));
  } finally {
    part.dispose();
  }
}

function schemaJson(tensors: NamedTensors): string {
  return JSON.stringify(
    tensors.map(([name, { dtype, shape }]) => ({
      ...(tensors.length > 1 && { name }),
      type: 'tensor',
      'tensor-spec': { dtype: dtype === 'string' ? 'str' : dtype, shape: [-1, ...shape.slice(1)] },
    })),
  );
}

function shapesOf(tensors: NamedTensors): unknown {
  const [only] = tensors;
  return tensors.length === 1
    ? only?.[1].shape
    : Object.fromEntries(tensors.map(([name, { shape }]) => [name, shape]));
}

function sizeOf(tensors: NamedTensors): number {
  return tensors.reduce((sum, [, { size }]) => sum + size, 0);
}

function tensorsOf(value: unknown): NamedTensors {
  if (isTensor(value)) return [[undefined, value]];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).filter((entry): entry is [string, TfjsData] => isTensor(entry[1]));
}

function isTensor(value: unknown): value is TfjsData {
  return (
    typeof value === 'object' &&
    value !== null &&
    'dtype' in value &&
    'shape' in value &&
    Array.isArray(value.shape) &&
    'reshape' in value &&
    typeof value.reshape === 'function'
  );
}
