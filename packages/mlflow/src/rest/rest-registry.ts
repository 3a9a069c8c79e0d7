import {
  canonicalJson,
  isTidemarkError,
  type Json,
  type ModelVersion,
  type RegisteredModel,
  type RegistryCommitDraft,
  type RegistryEntry,
  type RegistryHead,
  type RegistryReviews,
  type RegistryStore,
  sha256Hex,
  TidemarkError,
  type VersionDraft,
} from '@tidemark/core';
import { z } from 'zod';
import {
  fromModelVersionMessage,
  type ModelVersionMessage,
  ModelVersionResponse,
  SearchModelVersionsResponse,
} from './messages/model-version.ts';
import {
  fromRegisteredModelMessage,
  type RegisteredModelMessage,
  RegisteredModelResponse,
  SearchRegisteredModelsResponse,
} from './messages/registered-model.ts';
import { createVersionCall, registryCalls } from './registry-calls.ts';
import type { RestClient } from './rest-client.ts';
import { allPages } from './rest-pages.ts';
import { RestReviews } from './rest-reviews.ts';

// Page sizes that every server of the protocol accepts.
const MODELS_PAGE = 1000;
const VERSIONS_PAGE = 10_000;

/**
 * The registered models of a server. The protocol has no commits. Here a head is the hash of the state that was
 * read, and a commit reads the state again, compares it, and then makes its changes one by one. A conflict is
 * therefore detected, unless another client changes the model between that comparison and the last call. The server
 * numbers versions, and `createVersion` uses its numbers.
 */
export class RestRegistry implements RegistryStore {
  readonly #client: RestClient;
  readonly #isTidemark: () => Promise<boolean>;

  /** @param isTidemark whether the server is Tidemark's, which has reviews */
  constructor(client: RestClient, isTidemark: () => Promise<boolean>) {
    this.#client = client;
    this.#isTidemark = isTidemark;
  }

  /** Returns the reviews. @throws CAPABILITY_MISSING, SERVER_UNREACHABLE */
  async reviews(): Promise<RegistryReviews> {
    if (!(await this.#isTidemark())) throw withoutReviews(this.#client.baseUrl);
    return new RestReviews(this.#client, async (name) => (await this.read(name))?.model);
  }

  /** Returns all registered models. @throws SERVER_UNREACHABLE */
  async list(): Promise<RegistryEntry[]> {
    const [models, versions] = await Promise.all([this.#models(), this.#versions()]);
    const versionsOf = groupBy(versions, ({ name }) => name);
    return models
      .map((message) => entryOf(message, versionsOf.get(message.name) ?? []))
      .sort((a, b) => (a.model.name < b.model.name ? -1 : 1));
  }

  /** Returns a registered model. @throws SERVER_UNREACHABLE */
  async read(name: string): Promise<RegistryEntry | undefined> {
    let message: RegisteredModelMessage;
    try {
      const answer = await this.#client.call(
        {
          method: 'GET',
          path: '/mlflow/registered-models/get',
          query: { name },
          subject: 'registered-model',
        },
        RegisteredModelResponse,
      );
      message = answer.registered_model;
    } catch (error) {
      if (isTidemarkError(error, 'MODEL_NOT_FOUND')) return undefined;
      throw error;
    }
    return entryOf(message, await this.#versions(name));
  }

  /** Makes the changes of a commit. @throws REGISTRY_CONFLICT, CAPABILITY_MISSING, SERVER_UNREACHABLE */
  async commit(
    name: string,
    expected: RegistryHead | undefined,
    draft: RegistryCommitDraft,
  ): Promise<RegistryEntry> {
    const calls = registryCalls(name, draft);
    const before = await this.read(name);
    if (before?.head.hash !== expected?.hash) {
      throw conflict(name, 'changed it first, so nothing was written. Read it again and retry.');
    }
    for (const call of calls) await this.#client.call(call, z.unknown());
    const after = await this.read(name);
    if (after !== undefined) return after;
    if (before !== undefined) return before;
    throw conflict(name, 'deleted or renamed it right after this call created it.');
  }

  /** Creates a version, whose number the server assigns. @throws MODEL_NOT_FOUND, SERVER_UNREACHABLE */
  async createVersion(name: string, draft: VersionDraft): Promise<ModelVersion> {
    const { model_version } = await this.#client.call(
      { ...createVersionCall(name, draft), claimedName: draft.by.name },
      ModelVersionResponse,
    );
    return fromModelVersionMessage(model_version, model_version.aliases ?? []);
  }

  #models(): Promise<RegisteredModelMessage[]> {
    return allPages(
      (page_token) =>
        this.#client.call(
          {
            method: 'GET',
            path: '/mlflow/registered-models/search',
            query: { max_results: MODELS_PAGE, page_token },
            subject: 'registered-model',
          },
          SearchRegisteredModelsResponse,
        ),
      (page) => page.registered_models,
    );
  }

  async #versions(name?: string): Promise<ModelVersionMessage[]> {
    const filter = name === undefined ? undefined : nameFilter(name);
    const found = await allPages(
      (page_token) =>
        this.#client.call(
          {
            method: 'GET',
            path: '/mlflow/model-versions/search',
            query: { max_results: VERSIONS_PAGE, filter, page_token },
            subject: 'registered-model',
          },
          SearchModelVersionsResponse,
        ),
      (page) => page.model_versions,
    );
    return name === undefined ? found : found.filter((version) => version.name === name);
  }
}

/**
 * Returns a filter for a name, or `undefined` for a name with both kinds of quotes: MLflow's grammar has no
 * escapes, so that needs a search over all names.
 */
function nameFilter(name: string): string | undefined {
  if (!name.includes("'")) return `name='${name}'`;
  return name.includes('"') ? undefined : `name="${name}"`;
}

function entryOf(
  message: RegisteredModelMessage,
  versions: readonly ModelVersionMessage[],
): RegistryEntry {
  const aliases = groupBy(message.aliases ?? [], ({ version }) => version);
  const read: ModelVersion[] = versions.map((version) =>
    // MLflow's search results have no aliases of versions, but the model has them all.
    fromModelVersionMessage(
      version,
      (aliases.get(version.version) ?? []).map(({ alias }) => alias),
    ),
  );
  const model = fromRegisteredModelMessage(message, read);
  return { model, head: headOf(model) };
}

function headOf(model: RegisteredModel): RegistryHead {
  return { number: 0, hash: `sha256:${sha256Hex(canonicalJson(model as unknown as Json))}` };
}

function groupBy<Item>(
  items: readonly Item[],
  keyOf: (item: Item) => string,
): ReadonlyMap<string, readonly Item[]> {
  const groups = new Map<string, Item[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [item]);
    else group.push(item);
  }
  return groups;
}

function withoutReviews(baseUrl: string): TidemarkError {
  return new TidemarkError(
    'CAPABILITY_MISSING',
    `${baseUrl} is not a Tidemark server, and MLflow's API has no rules, transition requests, comments and history of registered models. Use a store in a folder, or a Tidemark server: tidemark server --help`,
    { details: { baseUrl } },
  );
}

function conflict(name: string, what: string): TidemarkError {
  return new TidemarkError(
    'REGISTRY_CONFLICT',
    `The registered model ${JSON.stringify(name)} has changed: another client ${what}`,
    { details: { model: name } },
  );
}
