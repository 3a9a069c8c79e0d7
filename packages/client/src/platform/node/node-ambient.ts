import { AsyncLocalStorage } from 'node:async_hooks';
import { type Ambient, type AmbientScope, emptyScope } from '../../ambient/ambient.ts';

/**
 * Returns the ambient scope of Node. `startRun(options, body)` creates one that follows the body through every
 * await, so that parallel trainings do not mix. Outside of any, the process has one.
 */
export function nodeAmbient(): Ambient {
  const storage = new AsyncLocalStorage<AmbientScope>();
  const processScope = emptyScope();
  return {
    current: () => storage.getStore() ?? processScope,
    within: (scope, body) => storage.run(scope, body),
  };
}
