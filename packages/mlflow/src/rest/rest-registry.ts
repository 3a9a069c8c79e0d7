import {
  canonicalJson,
  isTidemarkError,
  type Json,
  type ModelVersion,
  type RegisteredModel,
  type RegistryCommitDraft,
  type RegistryEntry,
  type RegistryHead,
  type RegistryStore,
  sha256Hex,
  TidemarkError,
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
import { type RegistryCall, registryCalls } from './registry-calls.ts';
import type { RestClient } from './rest-client.ts';
import { allPages } from './rest-pages.ts';

// Page sizes that every server of the protocol takes.
const MODELS_PAGE = 1000;
const VERSIONS_PAGE = 10_000;

/**
 * The registered models of a server. The protocol has no commits: a head is the hash of the state that
 * was read, and a commit reads again, compares, and then makes its changes one by one. So a conflict
 * is noticed unless somebody changes the model between that comparison and the last of the calls; two
 * versions never get one number, for the server gives it.
 */
export class RestRegistry implements RegistryStore {
  readonly #client: RestClient;

  constructor(client: RestClient) {
    this.#client = client;
  }

  /** @throws SERVER_UNREACHABLE */
  async list(): Promise<RegistryEntry[]> {
    const [models, versions] = await Promise.all([this.#models(), this.#versions()]);
    const versionsOf = groupBy(versions, ({ name }) => name);
    return models
      .map((message) => entryOf(message, versionsOf.get(message.name) ?? []))
      .sort((a, b) => (a.model.name < b.model.name ? -1 : 1));
  }

  /** @throws SERVER_UNREACHABLE */
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

  /** @throws REGISTRY_CONFLICT, CAPABILITY_MISSING, SERVER_UNREACHABLE */
  async commit(
    name: string,
    expected: RegistryHead | undefined,
    draft: RegistryCommitDraft,
  ): Promise<RegistryEntry> {
    const calls = registryCalls(name, draft.changes);
    const before = await this.read(name);
    const newName = renamedTo(draft);
    const renamed =
      before === undefined && newName !== undefined ? await this.read(newName) : undefined;
    if (renamed !== undefined) return renamed;
    if (before?.head.hash !== expected?.hash) throw conflict(name);
    for (const call of calls) await this.#make(name, call);
    const after = await this.read(name);
    if (after !== undefined) return after;
    if (before !== undefined) return before;
    throw conflict(name);
  }

  async #make(name: string, call: RegistryCall): Promise<void> {
    const { createsVersion, ...request } = call;
    if (createsVersion === undefined) {
      await this.#client.call(request, z.unknown());
      return;
    }
    const { model_version } = await this.#client.call(request, ModelVersionResponse);
    if (model_version.version === String(createsVersion)) return;
    // Somebody else made a version in between. Ours goes, so that the caller can plan anew.
    await this.#client.call(
      {
        method: 'DELETE',
        path: '/mlflow/model-versions/delete',
        body: { name, version: model_version.version },
        subject: 'registered-model',
      },
      z.unknown(),
    );
    throw conflict(name);
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

/** MLflow's grammar has no escapes: a name with both kinds of quotes is looked for among all. */
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
    // Searches leave the aliases of versions out; the model has them all.
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

/** The new name, for the old name's half of a rename: the new name's half has done it all. */
function renamedTo(draft: RegistryCommitDraft): string | undefined {
  const [change] = draft.changes;
  return draft.changes.length === 1 && change?.kind === 'model-renamed' ? change.to : undefined;
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

function conflict(name: string): TidemarkError {
  return new TidemarkError(
    'REGISTRY_CONFLICT',
    `Somebody else changed the registered model ${JSON.stringify(name)} first. Read it again and decide anew.`,
    { details: { model: name } },
  );
}
