import type { GraphModel, LayersModel, Tensor as NativeTensor } from '@tensorflow/tfjs';
import { assertOptions, type ColumnSpec, type ModelSignature } from '@tidemark/core';
import type { Flavor } from '../flavor.ts';
import { bindInputs, type InputSpec, type ModelOutput } from '../model-io.ts';
import type { Tensor, TensorData } from '../tensor.ts';
import { importTfjs, loadFromFiles, TFJS_FLAVOR, type TfjsRuntime } from './load-tfjs-model.ts';
import { tfjsInputs, tfjsOutputs } from './tfjs-signature.ts';
import type { TfjsTensor } from './tfjs-types.ts';

/** Options of `tfjsFlavor`. */
export interface TfjsFlavorOptions {
  /** The copy of TF.js to use. Default: `@tensorflow/tfjs` is imported. */
  readonly tf?: TfjsRuntime;
  /** How many rows a layers model predicts at a time. Default: TF.js's own, 32. More is faster on wasm. */
  readonly batchSize?: number;
}

/**
 * The flavor of TensorFlow.js models, layers and graph. Inputs and outputs are plain tensors.
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs';
 * import { tfjsFlavor } from '@tidemark/models/tfjs';
 *
 * const model = await loadModel('models:/penguins/3', { flavors: [tfjsFlavor({ tf, batchSize: 256 })] });
 * ```
 */
export function tfjsFlavor(options: TfjsFlavorOptions = {}): Flavor {
  assertOptions(options, 'tfjsFlavor', { tf: 'any', batchSize: 'number?' });
  return {
    name: TFJS_FLAVOR,
    async load({ files, config, signature }) {
      const tf = options.tf ?? (await importTfjs());
      const model = await loadFromFiles(files, config, tf);
      const inputs = tfjsInputs(model);
      const outputs = tfjsOutputs(model);
      const columns = namedColumns(signature);
      return {
        native: model,
        async predict(input) {
          const tensors = bindInputs(input, inputs, columns).map((it) => toNative(tf, it));
          try {
            const answer = await call(model, tensors, options.batchSize);
            try {
              return named(await Promise.all(answer.map(fromNative)), outputs);
            } finally {
              for (const tensor of answer) tensor.dispose();
            }
          } finally {
            for (const tensor of tensors) tensor.dispose();
          }
        },
        dispose: () => {
          model.dispose();
        },
      };
    },
  };
}

async function call(
  model: LayersModel | GraphModel,
  tensors: readonly TfjsTensor[],
  batchSize: number | undefined,
): Promise<TfjsTensor[]> {
  const inputs = tensors as readonly NativeTensor[] as NativeTensor[];
  const answer =
    'predictAsync' in model
      ? await callGraph(model, inputs)
      : model.predict(inputs, batchSize === undefined ? {} : { batchSize });
  if (Array.isArray(answer)) return answer;
  return 'dataSync' in answer ? [answer as NativeTensor] : Object.values(answer);
}

/** Calls a graph model. One with control flow refuses `predict`; one without warns at every `predictAsync`. */
async function callGraph(
  model: GraphModel,
  inputs: NativeTensor[],
): Promise<ReturnType<GraphModel['predict']>> {
  try {
    return model.predict(inputs);
  } catch {
    // If the call is wrong in another way, this one reports it.
    return model.predictAsync(inputs);
  }
}

function toNative(tf: TfjsRuntime, { data, shape, dtype }: Tensor): TfjsTensor {
  return tf.tensor(data as never, [...shape], (dtype === 'str' ? 'string' : dtype) as never);
}

async function fromNative(tensor: TfjsTensor): Promise<Tensor> {
  const data = (await tensor.data()) as TensorData;
  return {
    dtype: tensor.dtype === 'string' ? 'str' : tensor.dtype,
    shape: [...tensor.shape],
    // Copied, because a backend may return its own memory, which is reused after the tensor is disposed of.
    data: data.slice(),
  };
}

function named(tensors: readonly Tensor[], specs: readonly InputSpec[]): ModelOutput {
  const [only] = tensors;
  if (only !== undefined && tensors.length === 1) return only;
  return Object.fromEntries(tensors.map((tensor, i) => [specs[i]?.name ?? `output_${i}`, tensor]));
}

function namedColumns(signature: ModelSignature | undefined): readonly ColumnSpec[] | undefined {
  const columns = signature?.inputs?.filter((spec) => spec.kind === 'column');
  const named = columns?.filter(({ name }) => name !== undefined);
  return named === undefined || named.length === 0 ? undefined : named;
}
