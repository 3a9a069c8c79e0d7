// The types of parameters and results, so that a program needs no second package to name them.
export {
  type ApprovalResult,
  type ArtifactFile,
  type ArtifactReference,
  type DatasetInput,
  type EndStatus,
  type ErrorCode,
  type Experiment,
  type ExperimentId,
  isTidemarkError,
  type LoggedModel,
  type LoggedModelId,
  type MetricOptions,
  type MetricPoint,
  type MetricSeries,
  type MetricSeriesOptions,
  type ModelAddress,
  type ModelVersion,
  type ParamValue,
  parseExperimentId,
  parseModelAddress,
  parseRunId,
  type RegisteredModel,
  type RegistryActivity,
  type RegistryComment,
  type Run,
  type RunId,
  type RunStatus,
  type Store,
  TidemarkError,
  type TransitionRequest,
  type TransitionRule,
  type TransitionTarget,
} from '@tidemark/core';
export type { Client } from './client.ts';
export {
  approveModelRequest,
  cancelModelRequest,
  commentOnModel,
  createModel,
  currentActor,
  deleteModel,
  deleteModelAlias,
  deleteModelTag,
  describeModel,
  getModelHistory,
  openModel,
  registerModel,
  registerModelSource,
  rejectModelRequest,
  renameModel,
  requestModelTransition,
  setModelAlias,
  setModelRules,
  setModelTag,
  transitionModelStage,
} from './model-functions.ts';
export type { OpenStoreOptions } from './platform/platform.ts';
export type {
  ModelAliasOptions,
  ModelTagOptions,
  RegisterModelOptions,
} from './registry/model-registration.ts';
export type {
  ModelPlace,
  ModelRequestOptions,
  ModelReview,
  ModelVersionPlace,
} from './registry/model-review.ts';
export type { OpenedModel } from './registry/open-model.ts';
export { ActiveRun } from './run/active-run.ts';
export type { ImageInput, PixelImage } from './run/image-input.ts';
export type { ModelDraft, ModelFile, ModelIds } from './run/log-model.ts';
export type { TableInput } from './run/table-input.ts';
export {
  activeRun,
  endRun,
  lastRun,
  logArtifact,
  logArtifactReference,
  logArtifacts,
  logBytes,
  logDataset,
  logImage,
  logMetric,
  logMetricSeries,
  logMetrics,
  logModel,
  logParam,
  logParams,
  logTable,
  logText,
  openStore,
  recordDatasetRead,
  setTag,
  setTags,
  startRun,
} from './run-functions.ts';
export type { StartRun } from './start/run-starter.ts';
export type { EnvironmentOptions, StartRunOptions } from './start/start-run-options.ts';
export type { SystemMetricsOptions } from './system/system-monitor.ts';
