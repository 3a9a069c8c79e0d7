import type { RegistryChain, RegistryEntry, RegistryOutline } from './registry-chain.ts';

/** Returns the registered model of a chain with its head; `undefined` if the chain has no model now. */
export function entryOf(chain: RegistryChain | undefined): RegistryEntry | undefined {
  return chain?.model && { model: chain.model, head: chain.head };
}

/**
 * Whether a commit on `expected` may follow this chain: `expected` is the head; or it is `undefined`, and the chain
 * has no model. A name that a started rename may still take is not free.
 */
export function mayFollow(
  chain: RegistryChain | undefined,
  expected: RegistryEntry['head'] | undefined,
): boolean {
  if (chain?.arriving !== undefined) return false;
  if (expected === undefined) return chain?.model === undefined;
  return chain?.head.hash === expected.hash;
}

/** Returns the entry after a commit: the model after it, or, if the commit ended the model, the model before it. */
export function committedEntry(
  before: RegistryChain | undefined,
  after: RegistryChain,
): RegistryEntry {
  const model = after.model ?? after.arriving?.model ?? before?.model;
  if (model === undefined) throw new Error('a commit without a model before or after it');
  return { model, head: after.head };
}

/** Returns the entry of a model with the time that a search may need of its versions without reading them. */
export function outlineOf(entry: RegistryEntry): RegistryOutline {
  const { versions } = entry.model;
  const versionsUpdatedMs = versions.reduce(
    (latest, { lastUpdateTimeMs }) => Math.max(latest, lastUpdateTimeMs),
    Number.NEGATIVE_INFINITY,
  );
  return { entry, versionsUpdatedMs };
}
