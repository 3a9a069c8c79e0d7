import {
  type ArtifactFile,
  type ArtifactOwner,
  artifactsDigest,
  collectBytes,
  filesOfModel,
  frozenSource,
  getRegisteredModel,
  type LoggedModel,
  type LoggedModelId,
  type ModelVersion,
  parseModelAddress,
  type RunId,
  readArtifact,
  type Store,
  sha256Hex,
  TidemarkError,
  type VersionFiles,
  versionAddress,
  versionAt,
  versionFiles,
} from '@tidemark/core';

/** The files of a model, which are checked as they are read. */
export interface OpenedModel {
  /** The address that was opened. */
  readonly uri: string;
  /** The owner of the files. */
  readonly owner: ArtifactOwner;
  /** The folder of the files below the owner's artifacts. It is `''` for a logged model. */
  readonly folder: string;
  /** Absent, like `loggedModel`, for files of a run without a logged model, as MLflow 2 writes them. */
  readonly modelId?: LoggedModelId;
  readonly loggedModel?: LoggedModel;
  /** The run that made the model, if it is known. */
  readonly runId?: RunId;
  /** The registered version, if the address names one. */
  readonly version?: ModelVersion;
  readonly files: readonly ArtifactFile[];
  /** Reads one file. @throws ARTIFACT_NOT_FOUND; DIGEST_MISMATCH when it changed after it was logged */
  read(path: string): Promise<Uint8Array>;
}

/**
 * Finds the files of a model by its address: those of a logged model, or those of a run from which a version was
 * registered.
 * @throws MODEL_URI_INVALID, MODEL_NOT_FOUND, MODEL_VERSION_NOT_FOUND, MODEL_ALIAS_NOT_FOUND,
 * LOGGED_MODEL_NOT_FOUND, RUN_NOT_FOUND; DIGEST_MISMATCH when the recorded files are not the registered ones
 */
export async function openModel(store: Store, uri: string): Promise<OpenedModel> {
  const { version, owner, folder, files, loggedModel, run } = await resolveModel(store, uri);
  const digest = artifactsDigest(files);
  if (version?.artifactsDigest !== undefined && version.artifactsDigest !== digest) {
    throw mismatch(
      `The files recorded for ${uri} differ from those that were registered as this version (${version.artifactsDigest}, now ${digest}).`,
    );
  }
  const runId = loggedModel === undefined ? run?.runId : loggedModel.sourceRunId;
  return {
    uri,
    owner,
    folder,
    ...(loggedModel === undefined ? {} : { modelId: loggedModel.modelId, loggedModel }),
    ...(runId === undefined ? {} : { runId }),
    ...(version === undefined ? {} : { version }),
    files,
    read: async (path) => {
      const recorded = files.find((file) => file.path === path);
      if (recorded === undefined) {
        const known = files.map((file) => file.path).join(', ');
        throw new TidemarkError(
          'ARTIFACT_NOT_FOUND',
          `The model ${uri} has no file ${JSON.stringify(path)}. It has: ${known}.`,
          { details: { uri, path } },
        );
      }
      const whole = folder === '' ? path : `${folder}/${path}`;
      const bytes = await collectBytes(readArtifact(store, owner, whole));
      if (sha256Hex(bytes) === recorded.sha256) return bytes;
      throw mismatch(`The file ${path} of ${uri} was changed after it was logged.`);
    },
  };
}

/** Returns the files behind an address, with the version that it names. */
export async function resolveModel(
  store: Store,
  uri: string,
): Promise<VersionFiles & { readonly version?: ModelVersion }> {
  const address = parseModelAddress(uri);
  switch (address.kind) {
    case 'logged-model':
      return filesOfModel(await getLoggedModel(store, address.modelId));
    case 'run-model':
      return modelOfRun(store, address.runId, address.name);
    default: {
      const version = versionAt(await getRegisteredModel(store, address.name), address);
      return { ...(await filesOfVersion(store, uri, version)), version };
    }
  }
}

async function filesOfVersion(
  store: Store,
  uri: string,
  version: ModelVersion,
): Promise<VersionFiles> {
  const { storageLocation, source, modelId } = version;
  const found = await versionFiles(store, version);
  if (found !== undefined && hasFiles(found)) return found;
  if (storageLocation === undefined && versionAddress(source) !== undefined) {
    // A copy from before the place of its files was recorded.
    if (modelId !== undefined) return filesOfModel(await getLoggedModel(store, modelId));
    const frozen = await frozenSource(store, source);
    if (frozen !== undefined) {
      const { version: original, storageLocation: behind } = frozen;
      return filesOfVersion(store, uri, { ...original, storageLocation: behind });
    }
  }
  const where = storageLocation ?? source;
  throw new TidemarkError(
    'LOGGED_MODEL_NOT_FOUND',
    found === undefined
      ? `${uri} was registered from ${where}, which is not in this store. Read its files from there.`
      : `${uri} was registered from ${where}, and the run has no files there. Log them to the run, or register the version again.`,
    { details: { uri, source } },
  );
}

function hasFiles({ loggedModel, files }: VersionFiles): boolean {
  return loggedModel !== undefined || files.length > 0;
}

async function getLoggedModel(store: Store, modelId: LoggedModelId): Promise<LoggedModel> {
  const [model] = await store.loggedModels({ modelIds: [modelId] });
  if (model !== undefined) return model;
  throw new TidemarkError(
    'LOGGED_MODEL_NOT_FOUND',
    `No logged model has the id ${modelId} in ${store.uri}. Check the id, and that the store is the right one.`,
    { details: { modelId } },
  );
}

/**
 * Returns the newest logged model of a run with this name, otherwise the files in the run's folder of that name.
 */
async function modelOfRun(store: Store, runId: RunId, name: string): Promise<VersionFiles> {
  const models = await store.loggedModels({});
  const ofRun = models.filter((model) => model.sourceRunId === runId);
  const model = ofRun.find((candidate) => candidate.name === name);
  if (model !== undefined) return filesOfModel(model);
  const inRun = await versionFiles(store, { source: `runs:/${runId}/${name}` });
  if (inRun !== undefined && hasFiles(inRun)) return inRun;
  if ((await store.runs({ runIds: [runId] })).length === 0) {
    throw new TidemarkError(
      'RUN_NOT_FOUND',
      `There is no run ${runId} in ${store.uri}. Give the whole id of a run. List the runs with: tidemark runs`,
      { details: { runId } },
    );
  }
  const known = ofRun.map((candidate) => candidate.name);
  throw new TidemarkError(
    'LOGGED_MODEL_NOT_FOUND',
    `The run ${runId} logged no model ${JSON.stringify(name)}; ${known.length === 0 ? 'it logged none' : `it logged ${known.join(', ')}`}.`,
    { details: { runId, name } },
  );
}

function mismatch(what: string): TidemarkError {
  return new TidemarkError(
    'DIGEST_MISMATCH',
    `${what} Restore the store from a backup, or log and register the model again.`,
  );
}
