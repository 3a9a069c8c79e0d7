import type { RegistryChain, RegistryEntry, RegistryOutline } from './registry-chain.ts';

/** The registered model of a chain with its head; `undefined` when the chain holds none. */
export function entryOf(chain: RegistryChain | undefined): RegistryEntry | undefined {
  return chain?.model && { model: chain.model, head: chain.head };
}

/**
 * Whether a commit on `expected` may follow this chain: it is the head; or nothing was expected, and the chain holds
 * no model. A name that a rename may still take is not free.
 */
export function mayFollow(
  chain: RegistryChain | undefined,
  expected: RegistryEntry['head'] | undefined,
): boolean {
  if (chain?.arriving !== undefined) return false;
  if (expected === undefined) return chain?.model === undefined;
  return chain?.head.hash === expected.hash;
}

/** What a commit gives back: the model after it; as it last was, when the commit ended it. */
export function committedEntry(
  before: RegistryChain | undefined,
  after: RegistryChain,
): RegistryEntry {
  const model = after.model ?? after.arriving?.model ?? before?.model;
  if (model === undefined) throw new Error('a commit without a model before or after it');
  return { model, head: after.head };
}

/** The entry of a model with what a search may ask of its versions without reading them. */
export function outlineOf(entry: RegistryEntry): RegistryOutline {
  const { versions } = entry.model;
  const versionsUpdatedMs = versions.reduce(
    (latest, { lastUpdateTimeMs }) => Math.max(latest, lastUpdateTimeMs),
    Number.NEGATIVE_INFINITY,
  );
  return { entry, versionsUpdatedMs };
}
