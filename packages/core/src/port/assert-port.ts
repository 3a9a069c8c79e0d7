import { assertArguments, type InputKind } from '../model/plain-input.ts';

/** The methods of the port that take one object. */
export type PortCall =
  | 'createExperiment'
  | 'createRun'
  | 'createLoggedModel'
  | 'runs'
  | 'loggedModels';

/** The members of the object that each method takes. */
const TAKEN: Readonly<Record<PortCall, Readonly<Record<string, InputKind>>>> = {
  createExperiment: {
    experimentId: 'string?',
    name: 'string',
    creationTimeMs: 'number',
    tags: 'texts?',
  },
  createRun: {
    runId: 'string?',
    experimentId: 'string',
    name: 'string',
    userId: 'string',
    startTimeMs: 'number',
    tags: 'texts?',
    remote: 'boolean?',
  },
  createLoggedModel: {
    modelId: 'string?',
    experimentId: 'string',
    name: 'string',
    creationTimeMs: 'number',
    modelType: 'string?',
    sourceRunId: 'string?',
    params: 'texts?',
    tags: 'texts?',
  },
  runs: { runIds: 'strings?', experimentIds: 'strings?' },
  loggedModels: { modelIds: 'strings?', experimentIds: 'strings?' },
};

/**
 * Checks the types of the argument of a store's method, because plain JavaScript may pass anything. Every store uses
 * the same check. The functions above the port check the values.
 * @throws INVALID_ARGUMENT
 */
export function assertPort(call: PortCall, given: object): void {
  assertArguments({ given }, call, { given: 'object' });
  assertArguments(given as Record<string, unknown>, call, TAKEN[call]);
}
