import {
  type Actor,
  assertArguments,
  assertModelName,
  assertOptions,
  deleteAlias,
  deleteRegistryTag,
  type EvidenceDraft,
  type LoggedModel,
  type ModelVersion,
  registerVersion,
  type Store,
  setAlias,
  setRegistryTag,
  TidemarkError,
} from '@tidemark/core';
import type { StoreOrAddress } from '../shared-stores.ts';
import { resolveModel } from './open-model.ts';

/** What is to be registered under which name. */
export interface RegisterModelOptions {
  readonly store?: Store | string;
  readonly name: string;
  /** A logged model, or its address: `models:/m-…` or `runs:/<run id>/<model name>`. */
  readonly model: LoggedModel | string;
  readonly description?: string;
}

/** The tag of a registered model, or of one of its versions. */
export interface ModelTagOptions {
  readonly store?: Store | string;
  readonly name: string;
  /** Absent: a tag of the model itself. */
  readonly version?: number;
  readonly key: string;
}

/** The alias of a registered model. */
export interface ModelAliasOptions {
  readonly store?: Store | string;
  readonly name: string;
  readonly alias: string;
}

/** How models come into the registry, with their aliases and tags, by the person who runs this program. */
export interface ModelRegistration {
  /** Makes a logged model the next version of a registered model. */
  registerModel(options: RegisterModelOptions): Promise<ModelVersion>;
  /** Points an alias at a version; it leaves the version that had it. */
  setModelAlias(options: ModelAliasOptions & { readonly version: number }): Promise<void>;
  deleteModelAlias(options: ModelAliasOptions): Promise<void>;
  /**
   * Sets a tag, with evidence: who set it and when, the run or CI job behind it, and the digest of the
   * artifacts it speaks of (a version's own, unless another is given).
   */
  setModelTag(
    options: ModelTagOptions & { readonly value: string; readonly evidence?: EvidenceDraft },
  ): Promise<void>;
  deleteModelTag(options: ModelTagOptions): Promise<void>;
}

/** Makes the functions; a store is opened at the moment of each call. */
export function modelRegistration(
  storeOf: (store: StoreOrAddress) => Promise<Store>,
  currentActor: () => Actor,
): ModelRegistration {
  return {
    async registerModel(options) {
      assertOptions(options, 'registerModel', {
        store: 'any',
        name: 'string',
        model: 'any',
        description: 'string?',
      });
      const { store: place, name, model, description } = options;
      assertModelName(name);
      if (typeof model !== 'string') {
        assertArguments({ model }, 'registerModel (a logged model or its address)', {
          model: 'object',
        });
        assertArguments(model, 'the model of registerModel', { modelId: 'string' });
      }
      const store = await storeOf(place);
      const logged =
        typeof model === 'string' ? (await resolveModel(store, model)).loggedModel : model;
      if (logged === undefined) {
        throw new TidemarkError(
          'INVALID_ARGUMENT',
          `${String(model)} leads to files of a run, and registerModel makes versions of logged models. Give the address to registerModelSource.`,
          { details: { model } },
        );
      }
      return registerVersion(store, {
        name,
        model: logged,
        by: currentActor(),
        ...(description === undefined ? {} : { description }),
      });
    },
    async setModelAlias(given) {
      assertOptions(given, 'setModelAlias', {
        store: 'any',
        name: 'string',
        alias: 'string',
        version: 'number',
      });
      const { store, ...options } = given;
      await setAlias(await storeOf(store), { ...options, by: currentActor() });
    },
    async deleteModelAlias(given) {
      assertOptions(given, 'deleteModelAlias', { store: 'any', name: 'string', alias: 'string' });
      const { store, ...options } = given;
      await deleteAlias(await storeOf(store), { ...options, by: currentActor() });
    },
    async setModelTag(given) {
      assertOptions(given, 'setModelTag', {
        store: 'any',
        name: 'string',
        version: 'number?',
        key: 'string',
        value: 'string',
        evidence: 'record?',
      });
      const { store, ...options } = given;
      await setRegistryTag(await storeOf(store), { ...options, by: currentActor() });
    },
    async deleteModelTag(given) {
      assertOptions(given, 'deleteModelTag', {
        store: 'any',
        name: 'string',
        version: 'number?',
        key: 'string',
      });
      const { store, ...options } = given;
      await deleteRegistryTag(await storeOf(store), { ...options, by: currentActor() });
    },
  };
}
