import type { ExperimentId, RunId } from '../../model/ids.ts';
import { RUN_NAME_TAG } from '../../model/run-tags.ts';
import { type EventKind, eventKind } from '../event-kind.ts';
import { experimentId, keyedTexts, type Mutable, runId, text, time, yes } from '../field-values.ts';
import { keyedValues } from '../keyed-values.ts';

/**
 * A run was created. `remote` marks a run that a client logs through a server: the server cannot see the client's
 * process, so the end of the writer's process means nothing for such a run.
 */
export interface RunCreated {
  readonly kind: 'run-created';
  readonly run: RunId;
  readonly experiment: ExperimentId;
  readonly name: string;
  readonly user: string;
  readonly timeMs: number;
  readonly tags?: Readonly<Record<string, string>>;
  readonly remote?: true;
}

const tags = keyedValues<RunCreated>('tag', 'tags');

export const runCreated: EventKind<RunCreated> = eventKind({
  // The kinds of most lines are built without spreading, which would take as long as everything else.
  decode(fields, stampMs) {
    const event: Mutable<RunCreated> = {
      kind: 'run-created',
      run: runId(fields.run),
      experiment: experimentId(fields.experiment),
      name: text(fields.name),
      user: text(fields.user),
      timeMs: time(fields.timeMs, stampMs),
    };
    if (fields.tags !== undefined) event.tags = keyedTexts(fields.tags);
    if (fields.remote !== undefined) event.remote = yes(fields.remote);
    return event;
  },
  subject: ({ run }) => ({ run }),
  place: ({ experiment }) => ({ experiment }),
  without(event, purged) {
    const left = tags.without(event, purged);
    // The name of a run is also one of its tags.
    const isNameGone = purged.has('tag', RUN_NAME_TAG) && event.name !== event.run;
    return isNameGone ? { ...left, name: event.run } : left;
  },
  isWork: () => true,
  creation: {
    home: ({ experiment }) => experiment,
    bare(event) {
      const { kind, run, experiment, timeMs } = event;
      const isBare =
        event.name === run &&
        event.user === '' &&
        event.tags === undefined &&
        event.remote === undefined;
      return isBare ? event : { kind, run, experiment, name: run, user: '', timeMs };
    },
  },
});
