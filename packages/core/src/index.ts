export { listArtifacts } from './artifacts/list-artifacts.ts';
export { readArtifact } from './artifacts/read-artifact.ts';
export {
  type ArtifactReference,
  resolveArtifactReference,
} from './artifacts/resolve-artifact-reference.ts';
export { collectBytes, concatenateBytes } from './bytes/concatenate-bytes.ts';
export type { RegistryActivity, RegistryActivityType } from './chain/activity.ts';
export type {
  ChainEnd,
  ChainedCommit,
  RegistryChain,
  RegistryCommitDraft,
  RegistryEntry,
  RegistryOutline,
  VerifiedChain,
} from './chain/registry-chain.ts';
export type { BroughtIn, PlainChange, RegistryChange } from './chain/registry-change.ts';
export { parseChainedCommit } from './chain/registry-commit.ts';
export type { RegistryHead } from './chain/registry-head.ts';
export type { ReplayMark } from './chain/replay-mark.ts';
export { isSameTarget, parseTransitionRules, targetText } from './chain/transition-rule.ts';
export type { CopyCounts, CopyProblem, CopyProgress, CopyReport } from './copy/copy-report.ts';
export { type CopyOptions, type CopySelection, copyStore } from './copy/copy-store.ts';
export { type SpoolOptions, withSpool } from './copy/spool-store.ts';
export { type CsvCell, type CsvForm, csvLine } from './csv/csv-line.ts';
export { artifactsDigest } from './digest/artifacts-digest.ts';
export { canonicalJson, type Json } from './digest/canonical-json.ts';
export { runStateDigest } from './digest/run-state-digest.ts';
export { Sha256, sha256Hex } from './digest/sha256.ts';
export { ERROR_CODES, type ErrorCode, isTidemarkError, TidemarkError } from './errors.ts';
export { acceptedEvents, assertEvent } from './events/assert-event.ts';
export type { EventSubject } from './events/event-kind.ts';
export { namedBy } from './events/event-subject.ts';
export type { StoreEvent, StoreEventKind } from './events/store-event.ts';
export type {
  ArtifactAddress,
  ArtifactEntry,
  ArtifactFile,
  ArtifactOwner,
} from './model/artifact.ts';
export { assertArtifactPath, folderOfArtifact, nameOfArtifact } from './model/artifact-path.ts';
export type { BucketColumns, BucketPoints } from './model/bucket-columns.ts';
export {
  DATASET_CONTEXT_TAG,
  type Dataset,
  type DatasetInput,
  type DatasetVersion,
  type DeltaDatasetVersion,
} from './model/dataset.ts';
export {
  DELTA_SOURCE_TYPE,
  deltaDatasetSource,
  deltaDatasetVersion,
} from './model/delta-dataset-version.ts';
export type { Experiment } from './model/experiment.ts';
export {
  DEFAULT_EXPERIMENT_ID,
  DEFAULT_EXPERIMENT_NAME,
  type ExperimentId,
  experimentIdFromName,
  type LoggedModelId,
  newLoggedModelId,
  newRunId,
  parseExperimentId,
  parseLoggedModelId,
  parseRunId,
  type RunId,
} from './model/ids.ts';
export { isRecord } from './model/is-record.ts';
export type { LifecycleStage } from './model/lifecycle.ts';
export { LIMITS } from './model/limits.ts';
export type { LoggedModel, LoggedModelStatus } from './model/logged-model.ts';
export { compareMetricPoints, type LoggedModelPoint, type MetricPoint } from './model/metric.ts';
export { assertBuckets, type BucketOptions, type MetricBucket } from './model/metric-bucket.ts';
export type { MetricColumns, PointSubject } from './model/metric-columns.ts';
export { type MetricDirection, metricDirection } from './model/metric-direction.ts';
export {
  assertAlias,
  assertExperimentName,
  assertKey,
  assertLoggedModelName,
  assertModelName,
} from './model/names.ts';
export {
  assertArguments,
  assertOptionNames,
  assertOptions,
  assertRecord,
  assertString,
  type CheckedKind,
  type InputKind,
  isOfKind,
  shownInput,
} from './model/plain-input.ts';
export type { PurgeablePart, PurgedPart } from './model/purged-part.ts';
export type {
  Actor,
  ModelStage,
  ModelVersion,
  ModelVersionStatus,
  RegisteredModel,
  RegistryComment,
  RegistryTag,
  RunStateDigest,
  TagEvidence,
  TransitionApproval,
  TransitionOutcome,
  TransitionRequest,
  TransitionRule,
  TransitionTarget,
} from './model/registered-model.ts';
export type { EndStatus, ModelOutput, ParamConflict, Run, RunStatus } from './model/run.ts';
export { PARENT_RUN_TAG, RUN_NAME_TAG } from './model/run-tags.ts';
export type {
  ColumnSpec,
  ColumnType,
  ModelSignature,
  ObjectProperty,
  ParamSpec,
  ScalarType,
  Schema,
  TensorSpec,
} from './model/signature.ts';
export type { ArtifactContent, ArtifactStore } from './port/artifact-store.ts';
export { assertPort } from './port/assert-port.ts';
export type { RegistryReviews } from './port/registry-reviews.ts';
export type { RegistryStore, StoredChains, VersionDraft } from './port/registry-store.ts';
export type {
  ApprovalResult,
  ApproveRequestOptions,
  CommentOptions,
  CreateCommentOptions,
  DecideRequestOptions,
  RequestTransitionOptions,
  SetRulesOptions,
  UpdateCommentOptions,
} from './port/review-options.ts';
export type {
  ExperimentDraft,
  LoggedModelDraft,
  LoggedModelSelection,
  RunDraft,
  RunSelection,
  Store,
  StoreCapabilities,
} from './port/store.ts';
export type {
  ComparisonOperator,
  Filter,
  FilterEntity,
  FilterField,
  FilterValue,
} from './query/filter.ts';
export type { LifecycleView } from './query/lifecycle-view.ts';
export type { FoundModelVersion } from './query/model-version-target.ts';
export type { OrderKey } from './query/order.ts';
export { parseFilter } from './query/parse-filter.ts';
export { printFilter } from './query/print-filter.ts';
export type { RunQuery } from './query/run-query.ts';
export type { SearchTargetName } from './query/search-target.ts';
export type { SortValues } from './query/sort-values.ts';
export { approveRequest } from './registry/approve-request.ts';
export { cancelRequest, rejectRequest } from './registry/close-request.ts';
export {
  createComment,
  deleteComment,
  getComment,
  updateComment,
} from './registry/comment-version.ts';
export {
  assertModelExists,
  changeModel,
  commitChanges,
  type PlanContext,
} from './registry/commit-changes.ts';
export {
  type CreateModelVersionOptions,
  createModelVersion,
} from './registry/create-model-version.ts';
export {
  type CreateRegisteredModelOptions,
  createRegisteredModel,
} from './registry/create-registered-model.ts';
export { deleteModelVersion, deleteRegisteredModel } from './registry/delete-registered-model.ts';
export { ensureRegisteredModel } from './registry/ensure-registered-model.ts';
export {
  type FoundRequest,
  getOpenRequest,
  getTransitionRequest,
  transitionRequests,
} from './registry/find-request.ts';
export {
  getRegisteredModel,
  getVersion,
  getVersionByAlias,
  latestVersions,
  versionAt,
} from './registry/find-version.ts';
export { type FrozenSource, frozenSource } from './registry/frozen-source.ts';
export { modelActivity } from './registry/model-activity.ts';
export {
  type ModelAddress,
  parseModelAddress,
  type VersionAddress,
  versionAddress,
} from './registry/model-address.ts';
export { modelHistory } from './registry/model-history.ts';
export { MODEL_STAGES, parseModelStage } from './registry/model-stage.ts';
export { pathBelowLocation } from './registry/path-below-location.ts';
export { type RegisterVersionOptions, registerVersion } from './registry/register-version.ts';
export { type RenameOptions, renameRegisteredModel } from './registry/rename-registered-model.ts';
export { requestTransition } from './registry/request-transition.ts';
export { deleteAlias, setAlias } from './registry/set-alias.ts';
export { setTransitionRules } from './registry/set-rules.ts';
export {
  deleteRegistryTag,
  type EvidenceDraft,
  setRegistryTag,
  type TagTarget,
} from './registry/set-tag.ts';
export { tagModelVersion } from './registry/tag-model-version.ts';
export { type TransitionStageOptions, transitionStage } from './registry/transition-stage.ts';
export {
  setVersionStatus,
  updateModelVersion,
  updateRegisteredModel,
} from './registry/update-registered-model.ts';
export { verifiedChain, verifyChain } from './registry/verify-chain.ts';
export { filesOfModel, type VersionFiles, versionFiles } from './registry/version-files.ts';
export { ARTIFACT_LOCATION_TAG, type VersionSource } from './registry/version-place.ts';
export { findRun } from './search/find-run.ts';
export { type LoggedModelPointSelection, loggedModelPoints } from './search/logged-model-points.ts';
export { pickRuns } from './search/pick-runs.ts';
export { type SearchExperimentsOptions, searchExperiments } from './search/search-experiments.ts';
export {
  type MetricDataset,
  type SearchLoggedModelsOptions,
  searchLoggedModels,
} from './search/search-logged-models.ts';
export { searchModelVersions } from './search/search-model-versions.ts';
export type { SearchOptions } from './search/search-page.ts';
export { searchRegisteredModels } from './search/search-registered-models.ts';
export {
  type CountRunsOptions,
  countRuns,
  type SearchRunsOptions,
  searchRuns,
} from './search/search-runs.ts';
export { redactArguments } from './secrets/redact-arguments.ts';
export { hasSecretWord, isSecretName } from './secrets/secret-name.ts';
export { holdsKnownSecret, withoutKnownSecrets } from './secrets/secret-shapes.ts';
export { MemoryStore } from './store/memory-store.ts';
export {
  bucketColumnsOf,
  bucketColumnsOfPoints,
  bucketPoints,
  metricBuckets,
  metricBucketsOf,
} from './tracking/bucket-history.ts';
export { deleteExperiment, restoreExperiment } from './tracking/delete-experiment.ts';
export { deleteLoggedModel, restoreLoggedModel } from './tracking/delete-logged-model.ts';
export { deleteRun, restoreRun } from './tracking/delete-run.ts';
export {
  assertExperimentActive,
  ensureExperiment,
  findExperiment,
  findExperimentByName,
  getExperiment,
} from './tracking/find-experiment.ts';
export { assertLoggedModelActive, getLoggedModel } from './tracking/find-logged-model.ts';
export { assertRunActive, getRun } from './tracking/get-run.ts';
export { historyColumns } from './tracking/history-columns.ts';
export { assertDatasetInput, planDataset } from './tracking/plan-dataset.ts';
export {
  type MetricSeries,
  type MetricSeriesOptions,
  planMetricSeries,
} from './tracking/plan-metric-series.ts';
export { assertStep, type MetricOptions, planMetrics } from './tracking/plan-metrics.ts';
export { type ParamValue, paramTexts, planParams } from './tracking/plan-params.ts';
export { assertTags, planTags } from './tracking/plan-tags.ts';
export { type PurgeOptions, purge } from './tracking/purge.ts';
export { type PurgePlan, type PurgeTarget, planPurge } from './tracking/purge-plan.ts';
export {
  type VersionName,
  type VersionReferences,
  versionReferences,
} from './tracking/referring-versions.ts';
export { removeArtifact } from './tracking/remove-artifact.ts';
export { renameExperiment } from './tracking/rename-experiment.ts';
export { logRunInputs, logRunOutputs, type RunInputs } from './tracking/run-inputs.ts';
export { randomRunName } from './tracking/run-name.ts';
export { deleteRunTag, setRunTags } from './tracking/set-run-tags.ts';
export {
  deleteExperimentTag,
  setExperimentTags,
} from './tracking/update-experiment.ts';
export {
  deleteLoggedModelTag,
  finalizeLoggedModel,
  logLoggedModelParams,
  setLoggedModelTags,
} from './tracking/update-logged-model.ts';
export { type RunChanges, renameRun, updateRun } from './tracking/update-run.ts';
