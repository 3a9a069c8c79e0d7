import { TidemarkError } from '../errors.ts';
import type { RegistryHead } from './store.ts';

/** The error of a commit whose chain has moved on. */
export function registryConflict(name: string, expected: RegistryHead | undefined): TidemarkError {
  const message =
    expected === undefined
      ? `The registered model ${JSON.stringify(name)} was created by somebody else first.`
      : `The registered model ${JSON.stringify(name)} has moved on past commit ${expected.number}.`;
  return new TidemarkError('REGISTRY_CONFLICT', `${message} Read it again and decide anew.`, {
    details: { model: name, expected: expected?.number ?? 0 },
  });
}
