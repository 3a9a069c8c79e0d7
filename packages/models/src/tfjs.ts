export {
  type LoadTfjsModelOptions,
  loadTfjsModel,
  TFJS_FLAVOR,
  type TfjsRuntime,
} from './tfjs/load-tfjs-model.ts';
export {
  type LoggedTfjsModel,
  type LogTfjsModelOptions,
  logTfjsModel,
} from './tfjs/log-tfjs-model.ts';
export { type SaveTfjsModelOptions, saveTfjsModel } from './tfjs/save-tfjs-model.ts';
export { type TfjsFlavorOptions, tfjsFlavor } from './tfjs/tfjs-flavor.ts';
export { tfjsSignature } from './tfjs/tfjs-signature.ts';
export type {
  TfjsArtifacts,
  TfjsModel,
  TfjsSaveHandler,
  TfjsTensor,
  TfjsTensorInfo,
  TfjsWeightSpec,
} from './tfjs/tfjs-types.ts';
