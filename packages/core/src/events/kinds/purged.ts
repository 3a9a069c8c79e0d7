import type { ExperimentId, LoggedModelId, RunId } from '../../model/ids.ts';
import type { Actor } from '../../model/registered-model.ts';
import { type EventKind, eventKind } from '../event-kind.ts';
import {
  artifactPath,
  experimentId,
  malformed,
  modelId,
  object,
  only,
  optional,
  runId,
  text,
  time,
} from '../field-values.ts';

/**
 * Something is removed permanently, whatever the stamps say: exactly one of a run, a logged model or an experiment
 * (with its runs and models), or, with one of the keys, a single part of it. A run has params, tags, metrics and
 * artifacts; a logged model params, tags and artifacts; an experiment tags.
 */
export interface Purged {
  readonly kind: 'purged';
  readonly timeMs: number;
  readonly by: Actor;
  readonly reason?: string;
  readonly run?: RunId;
  readonly model?: LoggedModelId;
  readonly experiment?: ExperimentId;
  readonly param?: string;
  readonly tag?: string;
  readonly metric?: string;
  /** The path of the file. */
  readonly artifact?: string;
}

/** The parts that an event may purge one by one, by the kind of their owner. */
const PURGEABLE = {
  run: ['param', 'tag', 'metric', 'artifact'],
  model: ['param', 'tag', 'artifact'],
  experiment: ['tag'],
} as const;

export const purged: EventKind<Purged> = eventKind({
  decode(fields, stampMs) {
    const owner = only(['run', 'model', 'experiment'] as const, fields);
    const part = only(['param', 'tag', 'metric', 'artifact'] as const, fields);
    if (owner === undefined) throw malformed();
    if (part !== undefined && !(PURGEABLE[owner] as readonly string[]).includes(part)) {
      throw malformed();
    }
    const by = object(fields.by);
    if (typeof by.authenticated !== 'boolean') throw malformed();
    return {
      kind: 'purged',
      timeMs: time(fields.timeMs, stampMs),
      by: { name: text(by.name), authenticated: by.authenticated },
      ...optional('reason', fields.reason, text),
      ...optional('run', fields.run, runId),
      ...optional('model', fields.model, modelId),
      ...optional('experiment', fields.experiment, experimentId),
      ...(part === undefined
        ? {}
        : { [part]: part === 'artifact' ? artifactPath(fields[part]) : text(fields[part]) }),
    };
  },
  subject({ run, model, experiment }) {
    if (run !== undefined) return { run };
    if (model !== undefined) return { model };
    return { experiment: experiment as ExperimentId };
  },
  place: () => undefined,
  // It names the purged thing, and readers need that permanently.
  without: (event) => event,
});
