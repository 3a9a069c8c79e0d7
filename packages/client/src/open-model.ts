import {
  type ArtifactFile,
  type ArtifactOwner,
  artifactsDigest,
  collectBytes,
  getRegisteredModel,
  getVersion,
  getVersionByAlias,
  type LoggedModel,
  type LoggedModelId,
  latestVersions,
  type ModelVersion,
  type RegisteredModel,
  readArtifact,
  type Store,
  sha256Hex,
  TidemarkError,
} from '@tidemark/core';
import { type ModelAddress, parseModelAddress } from './model-address.ts';

/** The files of a model, checked as they are read. */
export interface ModelFiles {
  /** The address that was asked for. */
  readonly uri: string;
  readonly modelId: LoggedModelId;
  readonly loggedModel: LoggedModel;
  /** The registered version, when the address named one. */
  readonly version?: ModelVersion;
  readonly files: readonly ArtifactFile[];
  /** The bytes of one file. @throws ARTIFACT_NOT_FOUND; DIGEST_MISMATCH when they are not what was logged */
  read(path: string): Promise<Uint8Array>;
}

/**
 * Finds a model's files by its address.
 * @throws MODEL_URI_INVALID, MODEL_NOT_FOUND, MODEL_VERSION_NOT_FOUND, MODEL_ALIAS_NOT_FOUND,
 * LOGGED_MODEL_NOT_FOUND; DIGEST_MISMATCH when the files recorded are not those that were registered
 */
export async function openModel(store: Store, uri: string): Promise<ModelFiles> {
  const { loggedModel, version } = await resolveModel(store, uri);
  const digest = artifactsDigest(loggedModel.artifacts);
  if (version?.artifactsDigest !== undefined && version.artifactsDigest !== digest) {
    throw mismatch(
      `The files recorded for ${uri} are not the ones that were registered as this version (${version.artifactsDigest}, now ${digest}).`,
    );
  }
  const { modelId, experimentId } = loggedModel;
  const owner: ArtifactOwner = { kind: 'model', experimentId, modelId };
  return {
    uri,
    modelId,
    loggedModel,
    ...(version === undefined ? {} : { version }),
    files: loggedModel.artifacts,
    read: async (path) => {
      const recorded = loggedModel.artifacts.find((file) => file.path === path);
      if (recorded === undefined) {
        const known = loggedModel.artifacts.map((file) => file.path).join(', ');
        throw new TidemarkError(
          'ARTIFACT_NOT_FOUND',
          `The model ${uri} has no file ${JSON.stringify(path)}. It has: ${known}.`,
          { details: { uri, path } },
        );
      }
      const bytes = await collectBytes(readArtifact(store, owner, path));
      if (sha256Hex(bytes) === recorded.sha256) return bytes;
      throw mismatch(`The file ${path} of ${uri} was changed after it was logged.`);
    },
  };
}

/** The logged model that an address leads to. */
export async function resolveModel(
  store: Store,
  uri: string,
): Promise<{ loggedModel: LoggedModel; version?: ModelVersion }> {
  const address = parseModelAddress(uri);
  switch (address.kind) {
    case 'logged-model':
      return { loggedModel: await getLoggedModel(store, address.modelId) };
    case 'run-model':
      return { loggedModel: await latestOfRun(store, address.runId, address.name) };
    default: {
      const model = await getRegisteredModel(store, address.name);
      const version = versionAt(model, address);
      if (version.modelId === undefined) {
        throw new TidemarkError(
          'LOGGED_MODEL_NOT_FOUND',
          `${uri} was registered from ${version.source}, which is not in this store.`,
          { details: { uri, source: version.source } },
        );
      }
      return { loggedModel: await getLoggedModel(store, version.modelId), version };
    }
  }
}

function versionAt(
  model: RegisteredModel,
  address: Extract<ModelAddress, { kind: 'version' | 'alias' | 'latest' | 'stage' }>,
): ModelVersion {
  switch (address.kind) {
    case 'version':
      return getVersion(model, address.version);
    case 'alias':
      return getVersionByAlias(model, address.alias);
    case 'latest':
      return getVersion(model, model.versions.at(-1)?.version ?? 1);
    case 'stage': {
      const [newest] = latestVersions(model, [address.stage]);
      if (newest !== undefined) return newest;
      const known = [...new Set(model.versions.map(({ stage }) => stage))];
      throw new TidemarkError(
        'MODEL_VERSION_NOT_FOUND',
        `The registered model ${JSON.stringify(model.name)} has no version in ${address.stage}; ${known.length === 0 ? 'it has none yet' : `it has versions in ${known.join(', ')}`}.`,
        { details: { model: model.name, stage: address.stage } },
      );
    }
  }
}

async function getLoggedModel(store: Store, modelId: LoggedModelId): Promise<LoggedModel> {
  const [model] = await store.loggedModels({ modelIds: [modelId] });
  if (model !== undefined) return model;
  throw new TidemarkError(
    'LOGGED_MODEL_NOT_FOUND',
    `No logged model has the id ${modelId} in ${store.uri}.`,
    { details: { modelId } },
  );
}

async function latestOfRun(store: Store, runId: string, name: string): Promise<LoggedModel> {
  const models = await store.loggedModels({});
  const ofRun = models.filter((model) => model.sourceRunId === runId);
  const found = ofRun.find((model) => model.name === name);
  if (found !== undefined) return found;
  const known = ofRun.map((model) => model.name);
  throw new TidemarkError(
    'LOGGED_MODEL_NOT_FOUND',
    `The run ${runId} logged no model ${JSON.stringify(name)}; ${known.length === 0 ? 'it logged none' : `it logged ${known.join(', ')}`}.`,
    { details: { runId, name } },
  );
}

function mismatch(what: string): TidemarkError {
  return new TidemarkError(
    'DIGEST_MISMATCH',
    `${what} Restore the store from a copy, or log and register the model again.`,
  );
}
