import type { PurgeablePart } from '../model/purged-part.ts';

/** The purged parts of the subject of an event. */
export interface PurgedContent {
  has(part: PurgeablePart, key: string): boolean;
  /** Returns the entries of a record that were not purged. */
  keep<Value>(
    part: PurgeablePart,
    record: Readonly<Record<string, Value>>,
  ): Readonly<Record<string, Value>>;
}
