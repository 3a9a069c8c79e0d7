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
export { type SignatureJson, signatureFromJson, signatureToJson } from './signature-json.ts';
export { formatUtcTime, parseUtcTime } from './utc-time.ts';
