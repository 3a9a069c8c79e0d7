import type { ExperimentId, LoggedModelId, RunId } from '../model/ids.ts';
import type { EventSubject } from './event-kind.ts';
import type { Purged } from './kinds/purged.ts';
import { isEnd } from './kinds/run-updated.ts';
import { kindOf, type StoreEvent } from './store-event.ts';

/** The events that can change a run: those with a run, and those that are about a run or something else. */
export type RunEvent = Extract<StoreEvent, { readonly run: RunId }> | EventOfSome;

/** The events that can change a logged model. An event with a run and a model changes the run. */
export type LoggedModelEvent =
  | Exclude<Extract<StoreEvent, { readonly model: LoggedModelId }>, { readonly run: RunId }>
  | EventOfSome;

/** The events that can change an experiment. An event that creates something in it does not. */
export type ExperimentEvent =
  | Exclude<
      Extract<StoreEvent, { readonly experiment: ExperimentId }>,
      { readonly run: RunId } | { readonly model: LoggedModelId }
    >
  | Purged;

type EventOfSome = Extract<StoreEvent, { readonly owner: unknown }> | Purged;

/** The one thing whose state an event changes. */
export function subjectOf(event: StoreEvent): EventSubject {
  return kindOf(event).subject(event);
}

/** The run whose state an event is part of; `undefined` for events of experiments and of logged models. */
export function runOf(event: StoreEvent): RunId | undefined {
  const subject = subjectOf(event);
  return 'run' in subject ? subject.run : undefined;
}

/** The logged model whose state an event is part of; `undefined` for events of experiments and of runs. */
export function loggedModelOf(event: StoreEvent): LoggedModelId | undefined {
  const subject = subjectOf(event);
  return 'model' in subject ? subject.model : undefined;
}

/** Whether an event is part of the state of this run or logged model. */
export function isEventOf(event: StoreEvent, id: RunId | LoggedModelId): boolean {
  const subject = subjectOf(event);
  if ('experiment' in subject) return false;
  return ('run' in subject ? subject.run : subject.model) === id;
}

/** The runs and logged models that an event names in addition to the one that it changes. */
export function namedBy(event: StoreEvent): readonly EventSubject[] {
  return kindOf(event).names(event);
}

/** Whether this event ends its run. */
export function endsRun(event: StoreEvent): boolean {
  return event.kind === 'run-updated' && isEnd(event);
}

/** Whether the writer of this event works on the run, and does not only rename or tag it. */
export function isWorkOnRun(event: StoreEvent): boolean {
  return kindOf(event).isWork(event);
}

/** Whether an event changes which later writes are allowed: a purge, a deletion, or a restoration. */
export function changesStanding(event: StoreEvent): boolean {
  return event.kind === 'purged' || kindOf(event).stage(event) !== undefined;
}
