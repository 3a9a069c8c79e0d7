import type { ModelFile, OpenedModel } from '@tidemark/client';
import { isRecord, TidemarkError } from '@tidemark/core';
import type { TfjsArtifacts, TfjsWeightSpec } from './tfjs-types.ts';
import { weightBytesProblem } from './weight-bytes.ts';

/**
 * The files of a TF.js model, with the layout of TF.js's own converter, so that
 * `tf.loadLayersModel('https://…/model.json')` can load the same folder: `model.json` with a weights
 * manifest of one group, and the weights in shards of 4 MB, a size that browsers cache.
 */

/** The file with the topology and the weights manifest. */
export const MODEL_JSON = 'model.json';

const SHARD_BYTES = 4 * 1024 * 1024;

/** A group of weights and the shards with their bytes, in order. */
interface WeightsGroup {
  readonly paths: readonly string[];
  readonly weights: readonly TfjsWeightSpec[];
}

/** The keys of model.json, except the weights manifest (`tf.io.ModelJSON`). */
const JSON_KEYS = [
  'modelTopology',
  'format',
  'generatedBy',
  'convertedBy',
  'trainingConfig',
  'userDefinedMetadata',
  'signature',
  'modelInitializer',
  'initializerSignature',
] as const satisfies (keyof TfjsArtifacts)[];

/** The files of a model that TF.js saves. Copies the bytes of the weights. */
export function tfjsFiles(artifacts: TfjsArtifacts): ModelFile[] {
  const weights = joined(artifacts.weightData);
  const count = Math.ceil(weights.length / SHARD_BYTES);
  const shards = Array.from({ length: count }, (_, i) => ({
    path: `group1-shard${i + 1}of${count}.bin`,
    content: weights.slice(i * SHARD_BYTES, (i + 1) * SHARD_BYTES),
  }));
  const manifest: WeightsGroup[] = [
    { paths: shards.map((shard) => shard.path), weights: artifacts.weightSpecs ?? [] },
  ];
  const json = {
    ...Object.fromEntries(JSON_KEYS.map((key) => [key, artifacts[key]])),
    weightsManifest: manifest,
  };
  return [{ path: MODEL_JSON, content: new TextEncoder().encode(JSON.stringify(json)) }, ...shards];
}

/**
 * Reads a model into the form that TF.js loads from.
 * @throws MLMODEL_INVALID when model.json is not TF.js's, or the size of a shard differs from the manifest;
 * ARTIFACT_NOT_FOUND, DIGEST_MISMATCH
 */
export async function readTfjsFiles(files: OpenedModel, path: string): Promise<TfjsArtifacts> {
  const json = parseModelJson(await files.read(path), files.uri);
  const folder = path.slice(0, path.lastIndexOf('/') + 1);
  const shards: Uint8Array[] = [];
  for (const group of json.weightsManifest) {
    let groupBytes = 0;
    for (const shard of group.paths) {
      const bytes = await files.read(folder + shard);
      groupBytes += bytes.length;
      shards.push(bytes);
    }
    const problem = weightBytesProblem(group.weights, groupBytes);
    if (problem !== undefined) throw invalid(files.uri, problem);
  }
  return {
    ...json.rest,
    weightSpecs: json.weightsManifest.flatMap((group) => group.weights),
    weightData: joined(shards).buffer,
  };
}

function parseModelJson(
  bytes: Uint8Array,
  uri: string,
): { weightsManifest: readonly WeightsGroup[]; rest: TfjsArtifacts } {
  let json: unknown;
  try {
    json = JSON.parse(new TextDecoder().decode(bytes));
  } catch (cause) {
    throw invalid(uri, 'it is not JSON', cause);
  }
  if (!isRecord(json) || !isRecord(json.modelTopology)) {
    throw invalid(uri, 'it has no modelTopology');
  }
  const { weightsManifest, ...rest } = json;
  if (!Array.isArray(weightsManifest) || !weightsManifest.every(isGroup)) {
    throw invalid(uri, 'its weightsManifest is not a list of groups with paths and weights');
  }
  return { weightsManifest, rest };
}

function isGroup(group: unknown): group is WeightsGroup {
  return (
    isRecord(group) &&
    Array.isArray(group.paths) &&
    group.paths.every((path) => typeof path === 'string') &&
    Array.isArray(group.weights) &&
    group.weights.every(isWeightSpec)
  );
}

function isWeightSpec(spec: unknown): spec is TfjsWeightSpec {
  return (
    isRecord(spec) &&
    typeof spec.name === 'string' &&
    typeof spec.dtype === 'string' &&
    Array.isArray(spec.shape) &&
    spec.shape.every((size) => Number.isSafeInteger(size) && size >= 0)
  );
}

function joined(
  data: TfjsArtifacts['weightData'] | readonly Uint8Array[],
): Uint8Array<ArrayBuffer> {
  const parts: readonly (ArrayBuffer | Uint8Array)[] = Array.isArray(data)
    ? data
    : data instanceof ArrayBuffer
      ? [data]
      : [];
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.byteLength, 0));
  let offset = 0;
  for (const part of parts) {
    bytes.set(part instanceof Uint8Array ? part : new Uint8Array(part), offset);
    offset += part.byteLength;
  }
  return bytes;
}

function invalid(uri: string, problem: string, cause?: unknown): TidemarkError {
  return new TidemarkError(
    'MLMODEL_INVALID',
    `The model.json of ${uri} is invalid: ${problem}. Log the model again.`,
    { cause, details: { uri } },
  );
}
