export { type CaptureOptions, captureEnvironment } from './capture-environment.ts';
export type { Environment, LeftOutReason, PatchState } from './environment.ts';
export { formatEnvironment, parseEnvironment } from './environment-json.ts';
export { environmentTags } from './environment-tags.ts';
export {
  captureUncommittedPatch,
  type PatchOptions,
  type UncommittedPatch,
} from './patch/capture-patch.ts';
