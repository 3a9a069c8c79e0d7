import type { DatasetInput } from '@tidemark/core';
import type { ActiveRun } from './active-run.ts';

/** What surrounds a piece of running code: the runs open there, and datasets that wait for one. */
export interface AmbientScope {
  /** The innermost run is last. */
  readonly runs: ActiveRun[];
  /** Datasets read while no run was open, for the next run that opens in this scope. */
  readonly pendingDatasets: DatasetInput[];
}

/** How the ambient scope is kept: by AsyncLocalStorage in Node, as one scope in a browser. */
export interface Ambient {
  current(): AmbientScope;
  /** Runs the body, and everything asynchronous that it starts, in a scope of its own. */
  within<T>(scope: AmbientScope, body: () => T): T;
}

/** A scope in which nothing is open. */
export function emptyScope(): AmbientScope {
  return { runs: [], pendingDatasets: [] };
}
