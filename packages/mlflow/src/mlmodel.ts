import { assertArguments, isRecord, TidemarkError } from '@tidemark/core';
import { z } from 'zod';
import { formatPythonYaml, parsePythonYaml } from './python-yaml.ts';
import type { SignatureJson } from './signature-json.ts';

/** The name of the file in a model's folder. */
export const MLMODEL_FILE = 'MLmodel';

/** The largest MLmodel text that is read, in characters. MLflow's have a few thousand. */
const MAX_LENGTH = 4 * 1024 * 1024;

/** The entry of one flavor, as that flavor wrote it. */
export type FlavorConfig = Readonly<Record<string, unknown>>;

/** The place of the model's input example, and its form. */
export interface InputExampleInfo {
  readonly artifactPath: string;
  /** `ndarray`, `dataframe`, `json_object`, `sparse_matrix_csc`, `sparse_matrix_csr`. */
  readonly type: string;
  /** The layout of a dataframe: `split` or `values`. */
  readonly pandasOrient?: string;
  /** The same example as the body of a scoring request. */
  readonly servingInputPath?: string;
  /** Keys that this type does not have, as they are in the file. */
  readonly other?: Readonly<Record<string, unknown>>;
}

/**
 * The content of an MLmodel file (MLflow: models/model.py, `Model`). `other` keeps the keys that this type does not
 * have, under their names in the file. So a file of any version of MLflow can be read and written back without loss.
 */
export interface MlModel {
  /** At least one; the key is the flavor's name. */
  readonly flavors: Readonly<Record<string, FlavorConfig>>;
  /** For a logged model its artifact URI; in older files a path below the run's artifacts. */
  readonly artifactPath?: string;
  readonly runId?: string;
  /** `YYYY-MM-DD HH:MM:SS.ffffff` in UTC, see `formatUtcTime`. */
  readonly utcTimeCreated?: string;
  /** JSON texts, exactly as in the file. `signatureFromJson` parses them. */
  readonly signature?: SignatureJson;
  readonly savedInputExampleInfo?: InputExampleInfo;
  /** The same as `modelId` for logged models; a random id before MLflow 3. */
  readonly modelUuid?: string;
  /** `m-` and 32 hexadecimal digits; absent before MLflow 3. */
  readonly modelId?: string;
  readonly mlflowVersion?: string;
  readonly modelSizeBytes?: number;
  /** Free-form data from the user. */
  readonly metadata?: Readonly<Record<string, unknown>>;
  readonly other?: Readonly<Record<string, unknown>>;
}

const text = z.string().nullish();
// z.record would drop a key named __proto__, so free-form values are not rebuilt.
const record = z.custom<Record<string, unknown>>(isRecord, 'expected a mapping');

const SignatureFile = z.object({ inputs: text, outputs: text, params: text });
const ExampleFile = z.looseObject({
  artifact_path: z.string(),
  type: z.string(),
  pandas_orient: text,
  serving_input_path: text,
});
const MlModelFile = z.looseObject({
  flavors: record.refine((all) => Object.values(all).every((it) => it === null || isRecord(it)), {
    error: 'each flavor has to be a mapping',
  }),
  artifact_path: text,
  run_id: text,
  utc_time_created: text,
  signature: SignatureFile.nullish(),
  saved_input_example_info: ExampleFile.nullish(),
  model_uuid: text,
  model_id: text,
  mlflow_version: text,
  model_size_bytes: z.int().nonnegative().nullish(),
  metadata: record.nullish(),
});

/**
 * Parses an MLmodel file.
 * @throws MLMODEL_INVALID, with the problem and its position
 *
 * @example
 * ```ts
 * import { readFile } from 'node:fs/promises';
 *
 * const model = parseMlModel(await readFile('model/MLmodel', 'utf8'));
 * Object.keys(model.flavors); // ['tfjs']
 * ```
 */
export function parseMlModel(yaml: string): MlModel {
  assertArguments({ yaml }, 'parseMlModel', { yaml: 'string' });
  if (yaml.length > MAX_LENGTH) throw invalid(`it has more than ${MAX_LENGTH} characters`);
  const read = parsePythonYaml(yaml);
  if (!read.ok) throw invalid(`line ${read.problem.line}: ${read.problem.message}`);
  const parsed = MlModelFile.safeParse(read.value);
  if (!parsed.success) throw invalid(describeIssues(parsed.error));
  const {
    flavors,
    artifact_path,
    run_id,
    utc_time_created,
    signature,
    saved_input_example_info,
    model_uuid,
    model_id,
    mlflow_version,
    model_size_bytes,
    metadata,
    ...other
  } = parsed.data;
  if (Object.keys(flavors).length === 0) throw invalid('it has no flavor');
  return {
    flavors: readFlavors(flavors),
    ...withoutNulls({
      artifactPath: artifact_path,
      runId: run_id,
      utcTimeCreated: utc_time_created,
      signature: signature && withoutNulls(signature),
      savedInputExampleInfo: saved_input_example_info && readExampleInfo(saved_input_example_info),
      modelUuid: model_uuid,
      modelId: model_id,
      mlflowVersion: mlflow_version,
      modelSizeBytes: model_size_bytes,
      metadata,
      other: noneIfEmpty(other),
    }),
  };
}

/**
 * Formats an MLmodel file like MLflow: YAML in block style with sorted keys, in ASCII.
 * @throws INVALID_ARGUMENT when the model has no flavor
 *
 * @example
 * ```ts
 * import { writeFile } from 'node:fs/promises';
 *
 * await writeFile('model/MLmodel', formatMlModel({ flavors: { tfjs: { data: 'model.json' } } }));
 * ```
 */
export function formatMlModel(model: MlModel): string {
  assertArguments({ model }, 'formatMlModel', { model: 'object' });
  assertArguments(model, 'formatMlModel', { flavors: 'object' });
  if (Object.keys(model.flavors).length === 0) {
    throw new TidemarkError(
      'INVALID_ARGUMENT',
      'The model has no flavor, so no program could load it. Give at least one flavor.',
    );
  }
  const info = model.savedInputExampleInfo;
  return formatPythonYaml({
    ...model.other,
    flavors: model.flavors,
    ...withoutNulls({
      artifact_path: model.artifactPath,
      run_id: model.runId,
      utc_time_created: model.utcTimeCreated,
      signature: model.signature && {
        inputs: null,
        outputs: null,
        params: null,
        ...model.signature,
      },
      saved_input_example_info: info && formatExampleInfo(info),
      model_uuid: model.modelUuid,
      model_id: model.modelId,
      mlflow_version: model.mlflowVersion,
      model_size_bytes: model.modelSizeBytes,
      metadata: model.metadata,
    }),
  });
}

function formatExampleInfo(info: InputExampleInfo): Record<string, unknown> {
  return {
    ...info.other,
    artifact_path: info.artifactPath,
    type: info.type,
    ...withoutNulls({
      pandas_orient: info.pandasOrient,
      serving_input_path: info.servingInputPath,
    }),
  };
}

function readFlavors(flavors: Record<string, unknown>): Record<string, FlavorConfig> {
  const entries = Object.entries(flavors) as [string, FlavorConfig | null][];
  return Object.fromEntries(entries.map(([name, config]) => [name, config ?? {}]));
}

function readExampleInfo(info: z.infer<typeof ExampleFile>): InputExampleInfo {
  const { artifact_path, type, pandas_orient, serving_input_path, ...other } = info;
  return {
    artifactPath: artifact_path,
    type,
    ...withoutNulls({
      pandasOrient: pandas_orient,
      servingInputPath: serving_input_path,
      other: noneIfEmpty(other),
    }),
  };
}

/** Removes the null values that MLflow writes for a known key without a value. */
function withoutNulls<T extends object>(object: T): { [K in keyof T]?: NonNullable<T[K]> } {
  const present = Object.entries(object).filter(
    ([, value]) => value !== null && value !== undefined,
  );
  return Object.fromEntries(present) as { [K in keyof T]?: NonNullable<T[K]> };
}

function noneIfEmpty(other: Record<string, unknown>): Record<string, unknown> | undefined {
  return Object.keys(other).length === 0 ? undefined : other;
}

function describeIssues(error: z.ZodError): string {
  return error.issues
    .map((issue) => (issue.path.length > 0 ? `${issue.path.join('.')}: ` : '') + issue.message)
    .join('; ');
}

function invalid(problem: string): TidemarkError {
  return new TidemarkError(
    'MLMODEL_INVALID',
    `The MLmodel file cannot be read: ${problem}. Correct the file, or log the model again.`,
  );
}
