import { assertArguments } from '../model/plain-input.ts';
import type { ModelVersion } from '../model/registered-model.ts';
import type { Store } from '../port/store.ts';
import { getRegisteredModel, versionAt } from './find-version.ts';
import { versionAddress } from './model-address.ts';

/** The version that is the source of another version, and the place of its files. */
export interface FrozenSource {
  readonly version: ModelVersion;
  /** `models:/<name>/<number>`, because an alias or a stage may name another version later. */
  readonly source: string;
  /** The place of the files, which does not depend on any registered model. */
  readonly storageLocation: string;
}

/** The most copies of copies to follow. Old versions without a recorded `storageLocation` may be copies of copies. */
const GREATEST_DEPTH = 10;

/**
 * Follows a source that names a version of a registered model to the place of its files. Returns `undefined` for
 * every other source. @throws MODEL_NOT_FOUND, MODEL_VERSION_NOT_FOUND, MODEL_ALIAS_NOT_FOUND if the named version
 * does not exist
 */
export async function frozenSource(
  store: Store,
  source: string,
  depth = 0,
): Promise<FrozenSource | undefined> {
  assertArguments({ store, source, depth }, 'frozenSource', {
    store: 'store',
    source: 'string',
    depth: 'number',
  });
  const address = versionAddress(source);
  if (address === undefined || depth >= GREATEST_DEPTH) return undefined;
  const version = versionAt(await getRegisteredModel(store, address.name), address);
  const behind =
    version.storageLocation ??
    (await frozenSource(store, version.source, depth + 1))?.storageLocation ??
    version.source;
  return {
    version,
    source: `models:/${address.name}/${version.version}`,
    storageLocation: behind,
  };
}
