import { entryOf } from '../chain/chain-entry.ts';
import type { ChainEnd, RegistryChain, RegistryEntry } from '../chain/registry-chain.ts';
import type { RegistryChange } from '../chain/registry-change.ts';
import type { RegistryHead } from '../chain/registry-head.ts';
import { isTidemarkError, TidemarkError } from '../errors.ts';
import { assertArguments } from '../model/plain-input.ts';
import type { Actor, ModelVersion, RegisteredModel } from '../model/registered-model.ts';
import type { Store } from '../port/store.ts';
import { assertTransitionsAllowed } from './assert-transitions-allowed.ts';
import { recordedDigest } from './recorded-digest.ts';

/** How often a plan is repeated because another process committed first. Each time, some process made progress. */
const ATTEMPTS = 200;

/**
 * Before it a random time passes, up to a few times what the attempt took: as many as race then find a moment each,
 * however fast the disk is. It doubles with the first attempts that fail and shrinks with those behind them, so that
 * the process that waited longest comes first.
 */
const DOUBLINGS = 2;
const LONGEST_PAUSE_MS = 100;

/** What a plan may need in addition to the model. */
export interface PlanContext {
  /** The highest version number ever given, also to versions that are gone; 0 when none was. */
  readonly lastVersion: number;
  /** How the model that had the name went. */
  readonly ended?: ChainEnd;
}

/**
 * Reads a registered model, plans changes from its state, checks them against the model's rules, and commits them at
 * once; if another process committed in between, plans again. An empty plan commits nothing. Every change of the
 * registry goes through this function, so that no rule can be bypassed.
 * @throws TRANSITION_REFUSED when a rule is not fulfilled; REGISTRY_CONFLICT when others keep winning, or while the
 * name is held for a model that is being renamed; whatever `plan` throws
 */
export async function commitChanges(
  store: Store,
  name: string,
  by: Actor,
  plan: (entry: RegistryEntry | undefined, context: PlanContext) => readonly RegistryChange[],
): Promise<RegistryEntry> {
  assertArguments({ store, name, by, plan }, 'commitChanges', {
    store: 'store',
    name: 'string',
    by: 'actor',
    plan: 'function',
  });
  for (let attempt = 1; ; attempt += 1) {
    const startMs = performance.now();
    const { entry, head, ...context } = await readBefore(store, name);
    const changes = plan(entry, context);
    if (changes.length === 0) {
      assertModelExists(name, entry, context.ended);
      return entry;
    }
    // A server that keeps rules holds the transition to them itself, and to those of that moment.
    if (entry !== undefined && store.registry.reviews === undefined) {
      const digestOf = (version: ModelVersion) => recordedDigest(store, version);
      await assertTransitionsAllowed(digestOf, entry.model, changes, by);
    }
    try {
      return await store.registry.commit(name, head, { by, atMs: Date.now(), changes });
    } catch (error) {
      if (!isTidemarkError(error, 'REGISTRY_CONFLICT') || attempt === ATTEMPTS) throw error;
      const pauseMs = Math.random() * longestPauseMs(attempt, performance.now() - startMs);
      await new Promise((resolve) => setTimeout(resolve, pauseMs));
    }
  }
}

function longestPauseMs(attempt: number, tookMs: number): number {
  const failures = attempt - 1;
  const share = 2 ** Math.min(failures, DOUBLINGS) / Math.max(1, failures - DOUBLINGS);
  return Math.min(share * tookMs, LONGEST_PAUSE_MS);
}

/**
 * `commitChanges` for a model that has to exist.
 * @throws MODEL_NOT_FOUND, and what `commitChanges` throws
 */
export async function changeModel(
  store: Store,
  name: string,
  by: Actor,
  plan: (model: RegisteredModel) => readonly RegistryChange[],
): Promise<RegistryEntry> {
  assertArguments({ store, name, by, plan }, 'changeModel', {
    store: 'store',
    name: 'string',
    by: 'actor',
    plan: 'function',
  });
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
  assertArguments({ name, entry, ended }, 'assertModelExists', {
    name: 'string',
    entry: 'object?',
    ended: 'object?',
  });
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
