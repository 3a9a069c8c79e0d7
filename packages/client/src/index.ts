// Node's or a browser's, by the conditions of package.json's imports.
import { platform } from '#platform';
import { type Client, createClient } from './client.ts';

const client: Client = createClient(platform());

/** {@inheritDoc Client.openStore} */
export const openStore: Client['openStore'] = client.openStore;
/** {@inheritDoc StartRun} */
export const startRun: Client['startRun'] = client.startRun;
/** {@inheritDoc ActiveRun.logParam} */
export const logParam: Client['logParam'] = client.logParam;
/** {@inheritDoc ActiveRun.logParams} */
export const logParams: Client['logParams'] = client.logParams;
/** {@inheritDoc ActiveRun.logMetric} */
export const logMetric: Client['logMetric'] = client.logMetric;
/** {@inheritDoc ActiveRun.logMetrics} */
export const logMetrics: Client['logMetrics'] = client.logMetrics;
/** {@inheritDoc ActiveRun.logMetricSeries} */
export const logMetricSeries: Client['logMetricSeries'] = client.logMetricSeries;
/** {@inheritDoc ActiveRun.setTag} */
export const setTag: Client['setTag'] = client.setTag;
/** {@inheritDoc ActiveRun.setTags} */
export const setTags: Client['setTags'] = client.setTags;
/** {@inheritDoc ActiveRun.logDataset} */
export const logDataset: Client['logDataset'] = client.logDataset;
/** {@inheritDoc ActiveRun.logBytes} */
export const logBytes: Client['logBytes'] = client.logBytes;
/** {@inheritDoc ActiveRun.logText} */
export const logText: Client['logText'] = client.logText;
/** {@inheritDoc ActiveRun.logArtifact} */
export const logArtifact: Client['logArtifact'] = client.logArtifact;
/** {@inheritDoc ActiveRun.logArtifacts} */
export const logArtifacts: Client['logArtifacts'] = client.logArtifacts;
/** {@inheritDoc ActiveRun.logArtifactReference} */
export const logArtifactReference: Client['logArtifactReference'] = client.logArtifactReference;
/** {@inheritDoc ActiveRun.logTable} */
export const logTable: Client['logTable'] = client.logTable;
/** {@inheritDoc ActiveRun.logImage} */
export const logImage: Client['logImage'] = client.logImage;
/** {@inheritDoc ActiveRun.logModel} */
export const logModel: Client['logModel'] = client.logModel;
/** {@inheritDoc ActiveRun.end} */
export const endRun: Client['endRun'] = client.endRun;
/** {@inheritDoc Client.activeRun} */
export const activeRun: Client['activeRun'] = client.activeRun;
/** {@inheritDoc Client.lastRun} */
export const lastRun: Client['lastRun'] = client.lastRun;
/** {@inheritDoc Client.recordDatasetRead} */
export const recordDatasetRead: Client['recordDatasetRead'] = client.recordDatasetRead;
/** {@inheritDoc Client.registerModel} */
export const registerModel: Client['registerModel'] = client.registerModel;
/** {@inheritDoc Client.setModelAlias} */
export const setModelAlias: Client['setModelAlias'] = client.setModelAlias;
/** {@inheritDoc Client.deleteModelAlias} */
export const deleteModelAlias: Client['deleteModelAlias'] = client.deleteModelAlias;
/** {@inheritDoc Client.setModelTag} */
export const setModelTag: Client['setModelTag'] = client.setModelTag;
/** {@inheritDoc Client.deleteModelTag} */
export const deleteModelTag: Client['deleteModelTag'] = client.deleteModelTag;
/** {@inheritDoc ModelReview.createModel} */
export const createModel: Client['createModel'] = client.createModel;
/** {@inheritDoc ModelReview.registerModelSource} */
export const registerModelSource: Client['registerModelSource'] = client.registerModelSource;
/** {@inheritDoc ModelReview.describeModel} */
export const describeModel: Client['describeModel'] = client.describeModel;
/** {@inheritDoc ModelReview.renameModel} */
export const renameModel: Client['renameModel'] = client.renameModel;
/** {@inheritDoc ModelReview.deleteModel} */
export const deleteModel: Client['deleteModel'] = client.deleteModel;
/** {@inheritDoc ModelReview.transitionModelStage} */
export const transitionModelStage: Client['transitionModelStage'] = client.transitionModelStage;
/** {@inheritDoc ModelReview.requestModelTransition} */
export const requestModelTransition: Client['requestModelTransition'] =
  client.requestModelTransition;
/** {@inheritDoc ModelReview.approveModelRequest} */
export const approveModelRequest: Client['approveModelRequest'] = client.approveModelRequest;
/** {@inheritDoc ModelReview.rejectModelRequest} */
export const rejectModelRequest: Client['rejectModelRequest'] = client.rejectModelRequest;
/** {@inheritDoc ModelReview.cancelModelRequest} */
export const cancelModelRequest: Client['cancelModelRequest'] = client.cancelModelRequest;
/** {@inheritDoc ModelReview.commentOnModel} */
export const commentOnModel: Client['commentOnModel'] = client.commentOnModel;
/** {@inheritDoc ModelReview.setModelRules} */
export const setModelRules: Client['setModelRules'] = client.setModelRules;
/** {@inheritDoc ModelReview.getModelHistory} */
export const getModelHistory: Client['getModelHistory'] = client.getModelHistory;
/** {@inheritDoc Client.openModel} */
export const openModel: Client['openModel'] = client.openModel;
/** {@inheritDoc Client.currentActor} */
export const currentActor: Client['currentActor'] = client.currentActor;

// What calls of this package take and give, so that a program needs no second package to name them.
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
  type ModelVersion,
  type ParamValue,
  parseExperimentId,
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
export { ActiveRun } from './active-run.ts';
export type {
  Client,
  ModelAliasOptions,
  ModelTagOptions,
  RegisterModelOptions,
  StartRun,
} from './client.ts';
export type { ImageInput, PixelImage } from './image-input.ts';
export type { ModelDraft, ModelFile, ModelIds } from './log-model.ts';
export { type ModelAddress, parseModelAddress } from './model-address.ts';
export type {
  ModelPlace,
  ModelRequestOptions,
  ModelReview,
  ModelVersionPlace,
} from './model-review.ts';
export type { ModelFiles } from './open-model.ts';
export type { OpenStoreOptions } from './platform.ts';
export type { EnvironmentOptions, StartRunOptions } from './start-run-options.ts';
export type { SystemMetricsOptions } from './system/system-monitor.ts';
export type { TableInput } from './table-input.ts';
