import type { ModelSignature, TensorSpec } from '@tidemark/core';
import { assertArguments } from '@tidemark/core';
import type { InputSpec } from '../model-io.ts';
import type { TfjsModel, TfjsTensorInfo } from './tfjs-types.ts';

/**
 * The signature of a model, from what TF.js knows: its inputs and outputs with dtype and shape, where -1 is any
 * size, and with names if there are several. Leaves out the side for which TF.js does not know every shape, as
 * in some graph models. Returns undefined when nothing remains.
 */
export function tfjsSignature(model: TfjsModel): ModelSignature | undefined {
  assertArguments({ model }, 'tfjsSignature', { model: 'object' });
  assertArguments(model, 'tfjsSignature', { inputs: 'objects', outputs: 'objects' });
  const inputs = tensorSpecs(tfjsInputs(model));
  const outputs = tensorSpecs(tfjsOutputs(model));
  if (inputs === undefined && outputs === undefined) return undefined;
  return { ...(inputs && { inputs }), ...(outputs && { outputs }) };
}

/** The inputs of a model, in the order of its call. */
export function tfjsInputs(model: TfjsModel): InputSpec[] {
  return describe(model.inputs, model.inputNames ?? model.inputNodes);
}

/** The outputs of a model, in the order of its result. */
export function tfjsOutputs(model: TfjsModel): InputSpec[] {
  return describe(model.outputs, model.outputNames ?? model.outputNodes);
}

function describe(
  tensors: readonly TfjsTensorInfo[],
  names: readonly string[] | undefined,
): InputSpec[] {
  return tensors.map((tensor, i) => ({
    ...(tensors.length > 1 && { name: names?.[i] ?? tensor.name }),
    // TF.js uses numpy's names of dtypes, except for text.
    dtype: tensor.dtype === 'string' ? 'str' : tensor.dtype,
    ...(tensor.shape && { shape: tensor.shape.map((size) => size ?? -1) }),
  }));
}

function tensorSpecs(specs: readonly InputSpec[]): TensorSpec[] | undefined {
  const tensors: TensorSpec[] = [];
  for (const { shape, ...spec } of specs) {
    if (shape === undefined) return undefined;
    tensors.push({ kind: 'tensor', ...spec, shape });
  }
  return tensors.length === 0 ? undefined : tensors;
}
