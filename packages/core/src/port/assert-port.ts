import { assertArguments, type InputKind } from '../model/plain-input.ts';

/** The calls of the port that take one object. */
export type PortCall =
  | 'createExperiment'
  | 'createRun'
  | 'createLoggedModel'
  | 'runs'
  | 'loggedModels';

/** The members of what each call takes. */
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
 * Checks what plain JavaScript hands to a call of a store by mistake, on every store alike: that the one argument
 * is an object with members of their types. What they say is for the verbs above the port.
 * @throws INVALID_ARGUMENT
 */
export function assertPort(call: PortCall, given: object): void {
  assertArguments({ given }, call, { given: 'object' });
  assertArguments(given as Record<string, unknown>, call, TAKEN[call]);
}
