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

/** Options of `registerModel`. */
export interface RegisterModelOptions {
  readonly store?: Store | string;
  readonly name: string;
  /** A logged model, or its address: `models:/m-…` or `runs:/<run id>/<model name>`. */
  readonly model: LoggedModel | string;
  readonly description?: string;
}

/** A tag of a registered model, or of one of its versions. */
export interface ModelTagOptions {
  readonly store?: Store | string;
  readonly name: string;
  /** The version of the tag. Absent for a tag of the model itself. */
  readonly version?: number;
  readonly key: string;
}

/** An alias of a registered model. */
export interface ModelAliasOptions {
  readonly store?: Store | string;
  readonly name: string;
  readonly alias: string;
}

/** Functions that register models and set their aliases and tags, as the user of this program. */
export interface ModelRegistration {
  /** Registers a logged model as the next version of a registered model. */
  registerModel(options: RegisterModelOptions): Promise<ModelVersion>;
  /** Sets an alias to a version. The version that had it loses it. */
  setModelAlias(options: ModelAliasOptions & { readonly version: number }): Promise<void>;
  deleteModelAlias(options: ModelAliasOptions): Promise<void>;
  /**
   * Sets a tag with evidence: its author and time, the run or CI job behind it, and the digest of the files that it
   * is about (those of the version, unless you pass another).
   */
  setModelTag(
    options: ModelTagOptions & { readonly value: string; readonly evidence?: EvidenceDraft },
  ): Promise<void>;
  deleteModelTag(options: ModelTagOptions): Promise<void>;
}

/** Creates the functions. Each call opens its store. */
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
          `${String(model)} names files of a run, and registerModel registers logged models only. Pass the address to registerModelSource.`,
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
