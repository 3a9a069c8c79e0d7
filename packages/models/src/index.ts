export type { Flavor, FlavorSource, LoadedFlavor } from './flavor.ts';
export { type LoadedModel, type LoadModelOptions, loadModel } from './load-model.ts';
export {
  bindInputs,
  type InputForm,
  type InputSpec,
  inputForm,
  type ModelInput,
  type ModelOutput,
  type NamedInputs,
  outputTensor,
  type Row,
} from './model-io.ts';
export { type ModelContent, packageModel } from './package-model.ts';
export {
  isTensor,
  type NestedArray,
  type NumericArray,
  type Tensor,
  type TensorData,
  type TensorLike,
  toNestedArray,
  toTensor,
} from './tensor.ts';
