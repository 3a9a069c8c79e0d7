import type { Actor } from './registered-model.ts';

/** The parts of a run or a logged model that can be purged one by one. */
export type PurgeablePart = 'param' | 'tag' | 'metric' | 'artifact';

/** A part that was purged, and who purged it. It has no content any more. */
export interface PurgedPart {
  readonly part: PurgeablePart;
  /** The key of the param, tag or metric, or the path of the artifact. */
  readonly key: string;
  readonly by: Actor;
  readonly atMs: number;
  readonly reason?: string;
}
