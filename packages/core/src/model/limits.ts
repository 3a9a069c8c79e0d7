/**
 * The limits of MLflow 3 (utils/validation.py), so that MLflow can read everything that you log. Lengths are in
 * UTF-16 code units.
 */
export const LIMITS = {
  keyLength: 250,
  paramValueLength: 6000,
  tagValueLength: 8000,
  experimentNameLength: 500,
  experimentTagValueLength: 20_000,
  datasetNameLength: 500,
  datasetDigestLength: 36,
  datasetSchemaLength: 1_048_575,
  datasetSourceLength: 65_535,
  datasetProfileLength: 16_777_215,
  inputTagKeyLength: 255,
  inputTagValueLength: 500,
  registryTagValueLength: 100_000,
  aliasLength: 255,
  modelNameLength: 256,
  /**
   * Not from MLflow: the length of an artifact path, and the bytes of one name in it (a limit of most file systems).
   */
  artifactPathLength: 1024,
  artifactNameBytes: 255,
} as const;
