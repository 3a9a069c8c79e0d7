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

/**
 * The most attempts to commit while other processes commit first. With each failed attempt another process made
 * progress.
 */
const ATTEMPTS = 200;

/**
 * Before a new attempt, a random time passes, up to a few times the duration of the last attempt. So the processes
 * that race find different moments on slow and fast disks. The time doubles with the first failed attempts, and
 * shrinks with later ones, so that the process that waited longest has the best chance.
 */
const DOUBLINGS = 2;
const LONGEST_PAUSE_MS = 100;

/** The state of a chain that a plan may need in addition to the model. */
export interface PlanContext {
  /** The highest version number ever assigned, also to deleted versions; 0 before the first. */
  readonly lastVersion: number;
  /** The reason why the name has no model now. */
  readonly ended?: ChainEnd;
}

/**
 * Reads a registered model, plans changes from its state, checks them against the model's rules, and commits them as
 * one commit. If another process committed in between, it plans again. An empty plan commits nothing. Every change of
 * the registry goes through this function, so that no rule can be bypassed. @throws TRANSITION_REFUSED if a rule does
 * not hold; REGISTRY_CONFLICT if other processes commit first in every attempt, or while a started rename holds the
 * name; every error of `plan`
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
    // A server with rules checks the transition itself, against its current rules.
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

/** `commitChanges` for an existing model. @throws MODEL_NOT_FOUND, and the errors of `commitChanges` */
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

/**
 * Checks that a registered model exists. `ended` is the reason why it does not, if that is known. @throws
 * MODEL_NOT_FOUND
 */
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

/** Returns the error for a name without a model; `ended` is the reason, if that is known. */
export function modelNotFound(name: string, ended?: ChainEnd): TidemarkError {
  const shown = JSON.stringify(name);
  const where =
    ended?.kind === 'renamed'
      ? `The registered model ${shown} was renamed to ${JSON.stringify(ended.to)}. Use the new name.`
      : ended?.kind === 'deleted'
        ? `The registered model ${shown} was deleted by ${ended.by.name}. Show its history with: tidemark models history`
        : `No registered model has the name ${shown}. List them with: tidemark models`;
  return new TidemarkError('MODEL_NOT_FOUND', where, {
    details: { model: name, ...(ended?.to === undefined ? {} : { renamedTo: ended.to }) },
  });
}

/** Returns the error for a name that a started rename holds. */
export function nameIsHeld(name: string, { from }: { from: { name: string } }): TidemarkError {
  return new TidemarkError(
    'REGISTRY_CONFLICT',
    `A rename of the registered model ${JSON.stringify(from.name)} to ${JSON.stringify(name)} was started and not completed. Complete it with: tidemark models rename ${JSON.stringify(from.name)} ${JSON.stringify(name)}; any other change of ${JSON.stringify(from.name)} cancels it.`,
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
