import type { ExperimentId, LoggedModelId, RunId } from '../model/ids.ts';
import type { LifecycleStage } from '../model/lifecycle.ts';
import type { Fields } from './field-values.ts';
import type { KeyedValues } from './keyed-values.ts';
import type { PurgedContent } from './purged-content.ts';

/** The one thing whose state an event changes. */
export type EventSubject =
  | { readonly run: RunId }
  | { readonly model: LoggedModelId }
  | { readonly experiment: ExperimentId };

/** The functions of kinds that create a run or a logged model. */
export interface Creation<Event> {
  home(event: Event): ExperimentId;
  /** The event with only its experiment, which `gc` keeps if the experiment is purged. The same object if it has only that. */
  bare(event: Event): Event;
}

/**
 * Everything that differs between kinds of events, except how each is folded (`fold/`). Each kind is one object in
 * one file of `kinds/`, and `store-event.ts` lists them.
 */
export interface EventKind<Event> {
  /** Checks the fields of a line, or of an event to write. @throws MalformedFields */
  decode(fields: Fields, stampMs: number): Event;
  /** The thing whose state the event changes. */
  subject(event: Event): EventSubject;
  /**
   * The thing that must not be soft-deleted when the event is written; `undefined` if there is no such condition. A
   * soft-deleted logged model still accepts events.
   */
  place(event: Event): EventSubject | undefined;
  /** The stage of its subject after the event; `undefined` if the event does not change the stage. */
  stage(event: Event): LifecycleStage | undefined;
  /**
   * The event without the purged parts of its subject: the same object when it has none of them,
   * `undefined` when nothing is left. The fold of what is left equals the fold of everything.
   */
  without(event: Event, purged: PurgedContent): Event | undefined;
  /** The runs and logged models that it names in addition to its subject. */
  names(event: Event): readonly EventSubject[];
  /** Two events that fold to the same state as this one; `undefined` for an event that cannot be divided. */
  halves(event: Event): readonly [Event, Event] | undefined;
  /**
   * The event as a store keeps it: without credentials in an address that a program records by itself. The same
   * object when the kind has no such address.
   */
  withoutSecrets(event: Event): Event;
  /** Whether its writer works on the run, and does not only rename or tag it. */
  isWork(event: Event): boolean;
  /** Set for kinds that create a run or a logged model. */
  readonly creation: Creation<Event> | undefined;
  /** Set for kinds of events that hold values by key. */
  readonly keyed: KeyedValues<Event> | undefined;
}

/** The members that every kind must define. The others have defaults. */
export type EventKindParts<Event> = Pick<EventKind<Event>, 'decode' | 'subject' | 'without'> &
  Partial<EventKind<Event>>;

/** Creates a kind. All kinds have the same members, which keeps the fold of millions of events fast. */
export function eventKind<Event>(given: EventKindParts<NoInfer<Event>>): EventKind<Event> {
  const { decode, subject, without, creation, keyed } = given;
  const stage = given.stage ?? (() => undefined);
  return {
    decode,
    subject,
    place: given.place ?? ((event) => (stage(event) === undefined ? subject(event) : undefined)),
    stage,
    without,
    names: given.names ?? (() => []),
    halves: given.halves ?? ((event) => keyed?.halves(event)),
    isWork: given.isWork ?? (() => false),
    withoutSecrets: given.withoutSecrets ?? ((event) => event),
    creation,
    keyed,
  };
}
