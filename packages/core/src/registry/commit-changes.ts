import { isTidemarkError, TidemarkError } from '../errors.ts';
import type { Actor, ModelVersion, RegisteredModel } from '../model/registered-model.ts';
import type {
  ChainEnd,
  RegistryChain,
  RegistryEntry,
  RegistryHead,
  Store,
} from '../store/store.ts';
import { assertTransitionsAllowed } from './assert-transitions-allowed.ts';
import { entryOf } from './chain-entry.ts';
import { recordedDigest } from './recorded-digest.ts';
import type { RegistryChange } from './registry-change.ts';

/** How often a plan is made anew because somebody else committed first: each time somebody got on. */
const ATTEMPTS = 200;

/** The longest wait before it, so that many who want the same do not stay in step. */
const LONGEST_PAUSE_MS = 50;

/** What a plan may have to know beside the model. */
export interface PlanContext {
  /** The highest version number ever given, also to versions that are gone; 0 when none was. */
  readonly lastVersion: number;
  /** How the model that had the name went. */
  readonly ended?: ChainEnd;
}

/**
 * Reads a registered model, plans changes from its state, checks them against the model's rules, and
 * commits them at once; when somebody else committed in between, plans anew. An empty plan commits
 * nothing. Every change of the registry goes through here, so that no rule can be gone around.
 * @throws TRANSITION_REFUSED when a rule is not fulfilled; REGISTRY_CONFLICT when others keep winning,
 * or while the name is held for a model that is being renamed; whatever `plan` throws
 */
export async function commitChanges(
  store: Store,
  name: string,
  by: Actor,
  plan: (entry: RegistryEntry | undefined, context: PlanContext) => readonly RegistryChange[],
): Promise<RegistryEntry> {
  for (let attempt = 1; ; attempt += 1) {
    const { entry, head, ...context } = await readBefore(store, name);
    const changes = plan(entry, context);
    if (changes.length === 0) {
      assertModelExists(name, entry, context.ended);
      return entry;
    }
    if (entry !== undefined) {
      const digestOf = (version: ModelVersion) => recordedDigest(store, version);
      await assertTransitionsAllowed(digestOf, entry.model, changes, by);
    }
    try {
      return await store.registry.commit(name, head, { by, atMs: Date.now(), changes });
    } catch (error) {
      if (!isTidemarkError(error, 'REGISTRY_CONFLICT') || attempt === ATTEMPTS) throw error;
      const pauseMs = Math.random() * Math.min(attempt, LONGEST_PAUSE_MS);
      await new Promise((resolve) => setTimeout(resolve, pauseMs));
    }
  }
}

/**
 * `commitChanges` for a model that has to exist.
 * @throws MODEL_NOT_FOUND, and what `commitChanges` throws
 */
export function changeModel(
  store: Store,
  name: string,
  by: Actor,
  plan: (model: RegisteredModel) => readonly RegistryChange[],
): Promise<RegistryEntry> {
  return commitChanges(store, name, by, (entry, { ended }) => {
    assertModelExists(name, entry, ended);
    return plan(entry.model);
  });
}

/** The entry of a model that has to exist. `ended` says where it went, if that is known. @throws MODEL_NOT_FOUND */
export function assertModelExists(
  name: string,
  entry: RegistryEntry | undefined,
  ended?: ChainEnd,
): asserts entry is RegistryEntry {
  if (entry === undefined) throw modelNotFound(name, ended);
}

/** The error of a name that has no model; `ended` says where it went. */
export function modelNotFound(name: string, ended?: ChainEnd): TidemarkError {
  const shown = JSON.stringify(name);
  const where =
    ended?.kind === 'renamed'
      ? `The registered model ${shown} was renamed to ${JSON.stringify(ended.to)}.`
      : ended?.kind === 'deleted'
        ? `The registered model ${shown} was deleted by ${ended.by.name}. Its history is shown by: tidemark models history`
        : `No registered model has the name ${shown}. List them with: tidemark models`;
  return new TidemarkError('MODEL_NOT_FOUND', where, {
    details: { model: name, ...(ended?.to === undefined ? {} : { renamedTo: ended.to }) },
  });
}

/** The error of a name that a begun rename holds. */
export function nameIsHeld(name: string, { from }: { from: { name: string } }): TidemarkError {
  return new TidemarkError(
    'REGISTRY_CONFLICT',
    `A rename of the registered model ${JSON.stringify(from.name)} to ${JSON.stringify(name)} was begun and not finished. Finish it with: tidemark models rename ${JSON.stringify(from.name)} ${JSON.stringify(name)}; any other change of ${JSON.stringify(from.name)} gives it up.`,
    { details: { model: name, from: from.name } },
  );
}

interface Before extends PlanContext {
  readonly entry?: RegistryEntry;
  readonly head: RegistryHead | undefined;
}

async function readBefore(store: Store, name: string): Promise<Before> {
  const { registry } = store;
  if (registry.chains === undefined) {
    const entry = await registry.read(name);
    const versions = entry?.model.versions.map(({ version }) => version) ?? [];
    return {
      head: entry?.head,
      lastVersion: versions.reduce((a, b) => Math.max(a, b), 0),
      ...(entry && { entry }),
    };
  }
  const chain: RegistryChain | undefined = await registry.chains.read(name);
  if (chain?.arriving !== undefined) throw nameIsHeld(name, chain.arriving);
  const entry = entryOf(chain);
  return {
    head: chain?.head,
    lastVersion: chain?.lastVersion ?? 0,
    ...(entry && { entry }),
    ...(chain?.ended && { ended: chain.ended }),
  };
}
