import { getVersion, type ModelVersion } from '@tidemark/core';
import type { ServerContext } from '../dispatch/server-context.ts';
import { WireError } from '../wire/wire-error.ts';
import { parseVersion } from './registry-messages.ts';

/**
 * Returns the version that a request names.
 * @throws WireError RESOURCE_DOES_NOT_EXIST. As in MLflow it names the version even when the model is missing
 */
export async function readVersion(
  name: string,
  version: string,
  { store }: ServerContext,
): Promise<ModelVersion> {
  const number = parseVersion(version);
  const entry = await store.registry.read(name);
  if (entry === undefined) {
    throw new WireError(
      'RESOURCE_DOES_NOT_EXIST',
      `Model Version (name=${name}, version=${number}) not found`,
    );
  }
  return getVersion(entry.model, number);
}
