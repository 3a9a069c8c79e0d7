import { TidemarkError } from '../errors.ts';
import type { RegistryHead } from './registry-head.ts';

/** Returns the error for a commit whose chain has newer commits. */
export function registryConflict(name: string, expected: RegistryHead | undefined): TidemarkError {
  const message =
    expected === undefined
      ? `The registered model ${JSON.stringify(name)} was created by another process first.`
      : `The registered model ${JSON.stringify(name)} has newer commits than ${expected.number}.`;
  return new TidemarkError('REGISTRY_CONFLICT', `${message} Read it again and retry.`, {
    details: { model: name, expected: expected?.number ?? 0 },
  });
}
