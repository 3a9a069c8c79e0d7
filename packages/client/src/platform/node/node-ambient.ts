import { AsyncLocalStorage } from 'node:async_hooks';
import { type Ambient, type AmbientScope, emptyScope } from '../../ambient/ambient.ts';

/**
 * The ambient scope of Node: `startRun(options, body)` makes one that follows the body through every
 * await, so that trainings side by side do not mix; outside of any there is one for the process.
 */
export function nodeAmbient(): Ambient {
  const storage = new AsyncLocalStorage<AmbientScope>();
  const processScope = emptyScope();
  return {
    current: () => storage.getStore() ?? processScope,
    within: (scope, body) => storage.run(scope, body),
  };
}
