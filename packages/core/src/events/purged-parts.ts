import type { PurgeablePart } from '../model/purged-part.ts';

/** What was purged of the subject of an event. */
export interface PurgedParts {
  has(part: PurgeablePart, key: string): boolean;
  /** The entries of a record that are left. */
  keep<Value>(part: PurgeablePart, record: Readonly<Record<string, Value>>): Record<string, Value>;
}
