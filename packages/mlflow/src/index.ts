export {
  type FlavorConfig,
  formatMlModel,
  type InputExampleInfo,
  MLMODEL_FILE,
  type MlModel,
  parseMlModel,
} from './mlmodel.ts';
export { type ImportMlrunsOptions, importMlruns } from './mlruns/import-mlruns.ts';
export type { MlrunsCounts, MlrunsReport } from './mlruns/import-report.ts';
export type { MlrunsEntry, MlrunsFiles } from './mlruns/mlruns-files.ts';
export type { MlrunsProblem } from './mlruns/mlruns-plan.ts';
export { formatPythonJson, parsePythonJson } from './python-json.ts';
export {
  formatPythonYaml,
  parsePythonYaml,
  type YamlProblem,
  type YamlResult,
} from './python-yaml.ts';
export { CLAIMED_NAME_HEADER, parseClaimedName } from './rest/claimed-name.ts';
export {
  httpStatusOf,
  type MlflowErrorCode,
  mlflowErrorCode,
  type RequestSubject,
  tidemarkErrorCode,
} from './rest/error-codes.ts';
export { type ErrorField, errorFieldOf, readErrorField } from './rest/error-field.ts';
export {
  ArtifactFileMessage,
  CompleteMultipartUploadRequest,
  CreateMultipartUploadRequest,
  FileInfoMessage,
  fromArtifactFileMessage,
  fromFileInfoMessage,
  ListArtifactsRequest,
  ListArtifactsResponse,
  type MultipartCredentialMessage,
  type MultipartPartMessage,
  toArtifactFileMessage,
  toFileInfoMessage,
} from './rest/messages/artifact.ts';
export {
  BUCKET_FRAME_TYPE,
  type BucketFrame,
  decodeBucketFrame,
  encodeBucketFrame,
} from './rest/messages/bucket-frame.ts';
export {
  DatasetInputMessage,
  type DatasetMessage,
  type DatasetSummaryMessage,
  fromDatasetInputMessage,
  LogInputsRequest,
  LogOutputsRequest,
  ModelInputMessage,
  ModelOutputMessage,
  SearchDatasetsRequest,
  toDatasetInputMessage,
} from './rest/messages/dataset-input.ts';
export {
  CreateExperimentRequest,
  DeleteExperimentTagRequest,
  ExperimentIdMessage,
  ExperimentMessage,
  ExperimentResponse,
  fromExperimentMessage,
  fromStage,
  GetExperimentByNameRequest,
  SearchExperimentsRequest,
  SearchExperimentsResponse,
  SetExperimentTagRequest,
  toExperimentMessage,
  UpdateExperimentRequest,
  ViewType,
} from './rest/messages/experiment.ts';
export {
  fromKeyValueMessages,
  KeyValueMessage,
  toKeyValueMessages,
} from './rest/messages/key-value.ts';
export {
  fromLoggedModelMessage,
  fromLoggedModelStatus,
  type LoggedModelInfoMessage,
  type LoggedModelJson,
  LoggedModelMessage,
  type LoggedModelMessageOptions,
  LoggedModelResponse,
  type LoggedModelStatusName,
  SearchLoggedModelsResponse,
  toLoggedModelMessage,
  toLoggedModelStatus,
} from './rest/messages/logged-model.ts';
export {
  CreateLoggedModelRequest,
  DeleteLoggedModelTagRequest,
  FinalizeLoggedModelRequest,
  ListLoggedModelArtifactsRequest,
  LoggedModelIdRequest,
  LogLoggedModelParamsRequest,
  type SearchDatasetMessage,
  SearchLoggedModelsRequest,
  type SearchOrderByMessage,
  SetLoggedModelTagsRequest,
} from './rest/messages/logged-model-requests.ts';
export {
  fromMetricMessage,
  GetMetricHistoryBulkIntervalRequest,
  GetMetricHistoryBulkRequest,
  GetMetricHistoryRequest,
  LogMetricRequest,
  MetricHistoryResponse,
  type MetricJson,
  MetricMessage,
  toMetricMessage,
} from './rest/messages/metric.ts';
export {
  GetMetricBucketsRequest,
  GREATEST_BUCKET_RUNS,
  METRIC_BUCKETS_PATH,
} from './rest/messages/metric-buckets.ts';
export {
  fromModelVersionMessage,
  fromStageName,
  ModelVersionMessage,
  type ModelVersionMessageOptions,
  ModelVersionResponse,
  SearchModelVersionsResponse,
  type TidemarkVersionFields,
  toModelVersionMessage,
} from './rest/messages/model-version.ts';
export {
  CreateModelVersionRequest,
  DeleteModelVersionTagRequest,
  ModelVersionRequest,
  SetModelVersionTagRequest,
  TransitionModelVersionStageRequest,
  UpdateModelVersionRequest,
} from './rest/messages/model-version-requests.ts';
export { type PageRequest, pageRequest as pageFields } from './rest/messages/page.ts';
export {
  type AliasMessage,
  AliasRequest,
  CreateRegisteredModelRequest,
  DeleteRegisteredModelTagRequest,
  fromRegisteredModelMessage,
  GetLatestVersionsRequest,
  RegisteredModelMessage,
  type RegisteredModelMessageOptions,
  RegisteredModelRequest,
  RegisteredModelResponse,
  RenameRegisteredModelRequest,
  SearchRegisteredModelsResponse,
  SearchRegistryRequest,
  SetAliasRequest,
  SetRegisteredModelTagRequest,
  toRegisteredModelMessage,
  UpdateRegisteredModelRequest,
} from './rest/messages/registered-model.ts';
export {
  fromTagMessages,
  fromTidemarkTagMessage,
  TidemarkTagMessage,
  toTidemarkTagMessage,
} from './rest/messages/registry-tag.ts';
export {
  CommentResponse,
  CreatedRequestResponse,
  DecisionResponse,
  ModelHistoryResponse,
  RulesResponse,
} from './rest/messages/review.ts';
export { fromEvidenceMessage } from './rest/messages/review-fields.ts';
export {
  fromRunMessage,
  RunInfoMessage,
  type RunJson,
  RunMessage,
  type RunMessageOptions,
  RunResponse,
  RunStatusField,
  SearchRunsResponse,
  TIDEMARK_FIELDS_HEADER,
  type TidemarkRunFields,
  toRunInfoMessage,
  toRunMessage,
} from './rest/messages/run.ts';
export { RunIdRequest } from './rest/messages/run-id-request.ts';
export {
  CreateRunRequest,
  DeleteRunTagRequest,
  LogBatchRequest,
  LogModelRequest,
  RunKeyValueRequest,
  SearchRunsRequest,
  UpdateRunRequest,
} from './rest/messages/run-requests.ts';
export {
  type ActivityMessage,
  type ActivityType,
  type CommentMessage,
  ListTransitionRequestsResponse,
  openStageRequests,
  type ReviewMessageOptions,
  TransitionRequestMessage,
  toCommentMessage,
  toTransitionRequestMessage,
} from './rest/messages/transition-request.ts';
export {
  flag as flagField,
  flagOrFalse as flagOrFalseField,
  int64 as int64Field,
  listToWire,
  optional as optionalField,
  requiredText as requiredTextField,
  text as textField,
  versionText as versionField,
} from './rest/messages/wire-fields.ts';
export type { RestCredentials } from './rest/rest-address.ts';
export type { RestClientOptions } from './rest/rest-client.ts';
export { openRestStore, RestStore, type RestStoreOptions } from './rest/rest-store.ts';
export type { RetryPolicy } from './rest/retry.ts';
export { type SignatureJson, signatureFromJson, signatureToJson } from './signature-json.ts';
export { formatUtcTime, parseUtcTime } from './utc-time.ts';
