import type { ExperimentId, LoggedModelId, RunId } from '../../model/ids.ts';
import { type EventKind, eventKind } from '../event-kind.ts';
import {
  experimentId,
  keyedTexts,
  loggedModelName,
  modelId,
  optional,
  runId,
  text,
  time,
} from '../field-values.ts';
import { keyedValues } from '../keyed-values.ts';

/** A logged model was created, by a run or without one. */
export interface LoggedModelCreated {
  readonly kind: 'model-created';
  readonly model: LoggedModelId;
  readonly experiment: ExperimentId;
  readonly name: string;
  readonly timeMs: number;
  readonly type?: string;
  readonly run?: RunId;
  readonly params?: Readonly<Record<string, string>>;
  readonly tags?: Readonly<Record<string, string>>;
}

const tags = keyedValues<LoggedModelCreated>('tag', 'tags');
const params = keyedValues<LoggedModelCreated>('param', 'params');

export const loggedModelCreated: EventKind<LoggedModelCreated> = eventKind({
  decode: (fields, stampMs) => ({
    kind: 'model-created',
    model: modelId(fields.model),
    experiment: experimentId(fields.experiment),
    name: loggedModelName(fields.name),
    timeMs: time(fields.timeMs, stampMs),
    ...optional('type', fields.type, text),
    ...optional('run', fields.run, runId),
    ...optional('params', fields.params, keyedTexts),
    ...optional('tags', fields.tags, keyedTexts),
  }),
  subject: ({ model }) => ({ model }),
  place: ({ experiment }) => ({ experiment }),
  without: (event, purged) => params.without(tags.without(event, purged), purged),
  names: ({ run }) => (run === undefined ? [] : [{ run }]),
  creation: {
    home: ({ experiment }) => experiment,
    bare(event) {
      const { kind, model, experiment, timeMs } = event;
      const isBare =
        event.name === model &&
        event.type === undefined &&
        event.run === undefined &&
        event.params === undefined &&
        event.tags === undefined;
      return isBare ? event : { kind, model, experiment, name: model, timeMs };
    },
  },
});
