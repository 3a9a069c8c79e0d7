import type { StampedEvent } from '../events/event-line.ts';
import type { StoreEvent } from '../events/store-event.ts';
import type { ExperimentId, LoggedModelId, RunId } from '../model/ids.ts';
import type { StoreState } from '../state/store-state.ts';

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
   * Whether this handle is the one that created an experiment whose creation it has appended: false when another
   * process did at the same moment. Absent where no other process can.
   */
  claimsExperiment?(experiment: ExperimentId): boolean;
  /**
   * Asks the state of every event that is acknowledged by now, whoever wrote it. The question is asked
   * again when a derived file turns out to be damaged on the way, and so must have no effects.
   */
  read<Answer>(ask: (state: StoreState) => Answer): Promise<Answer>;
  /**
   * Asks the state that this handle knows, before it writes: what it read last, and every deletion,
   * restoration and purge that it wrote itself. It reads when it has read nothing yet; otherwise what others
   * wrote since may be missing, so that writing a metric point costs no reading. As for `read`, the question
   * may be asked twice, but for what it throws.
   * @throws READ_FAILED
   */
  known<Answer>(ask: (state: StoreState) => Answer): Answer;
  /**
   * As `known`, with what others wrote by now: asked before something is begun. What this handle wrote itself
   * need not be read for it.
   * @throws READ_FAILED
   */
  current<Answer>(ask: (state: StoreState) => Answer): Answer;
  /** Every event of one run or logged model, in no particular order; duplicates are possible. */
  eventsOf(id: RunId | LoggedModelId): Promise<readonly OrderedEvent[]>;
  /**
   * Why a run that these writers opened will be ended by none of them: their processes are gone.
   * `undefined` while one of them lives, or when that cannot be known.
   */
  whyLost?(openers: ReadonlySet<string>): string | undefined;
  close(): Promise<void>;
}

/** An event with its whole place in the order. */
export interface OrderedEvent extends StampedEvent {
  readonly writer: string;
  readonly position: number;
}
