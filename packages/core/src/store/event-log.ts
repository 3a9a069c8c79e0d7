import type { StampedEvent } from '../events/event-line.ts';
import type { StoreEvent } from '../events/store-event.ts';
import type { LoggedModelId, RunId } from '../model/ids.ts';
import type { StoreState } from './store-state.ts';

/** Where an event store keeps its events: the only part in which memory and files differ. */
export interface EventLog {
  /**
   * Stamps the events and appends them in one write. When it returns they are acknowledged.
   * @throws WRITE_FAILED
   */
  append(events: readonly StoreEvent[]): void;
  /**
   * Writes at once what `append` was told to hold back; a log that holds nothing back has none.
   * @throws WRITE_FAILED
   */
  flush?(): void;
  /**
   * Asks the state of every event that is acknowledged by now, whoever wrote it. The question is asked
   * again when a derived file turns out to be damaged on the way, and so must have no effects.
   */
  read<Answer>(ask: (state: StoreState) => Answer): Promise<Answer>;
  /** The state as last read; `undefined` before the first read. */
  readonly lastState: StoreState | undefined;
  /** Every event of one run or logged model, in no particular order; duplicates are possible. */
  eventsOf(id: RunId | LoggedModelId): Promise<readonly OrderedEvent[]>;
  /**
   * Why a run that only these writers wrote to can get no more events: their processes are gone.
   * `undefined` while one of them lives, or when that cannot be known.
   */
  whyLost?(writers: ReadonlySet<string>): string | undefined;
  close(): Promise<void>;
}

/** An event with its whole place in the order. */
export interface OrderedEvent extends StampedEvent {
  readonly writer: string;
  readonly position: number;
}
