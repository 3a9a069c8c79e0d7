import { compareEventOrder, type EventOrder } from '../events/stamp.ts';
import type {
  LoggedModelCreated,
  Purged,
  RunCreated,
  StoreEvent,
  TagChanges,
} from '../events/store-event.ts';
import type { ExperimentId, LoggedModelId, RunId } from '../model/ids.ts';
import type { PurgeablePart } from '../model/purged-part.ts';
import { RUN_NAME_TAG } from '../model/run-tags.ts';
import { PurgeFold } from './purge-fold.ts';

/** Where a run or a logged model was created, by the earliest creation. */
interface Home {
  readonly experiment: ExperimentId;
  readonly order: EventOrder;
}

/**
 * Everything that was purged in a store, and what of an event is left without it. Take note of every
 * event first, of all logs; then ask.
 */
export class PurgedThings {
  readonly #byOwner = new Map<string, PurgeFold>();
  readonly #homes = new Map<RunId | LoggedModelId, Home>();
  readonly #experiments = new Map<string, ExperimentId>();
  readonly #spared = new Set<RunId | LoggedModelId>();

  /** Takes note of a purge, and of where runs and models belong. */
  note(event: StoreEvent, order: EventOrder): void {
    if (event.kind === 'run-created') this.#settle(event.run, event.experiment, order);
    if (event.kind === 'model-created') this.#settle(event.model, event.experiment, order);
    if (event.kind !== 'purged') return;
    const owner = ownerOf(event);
    const known = this.#byOwner.get(owner) ?? new PurgeFold();
    known.apply(event, order);
    this.#byOwner.set(owner, known);
  }

  /** Leaves the events of a run or a logged model as they are, although it was purged: something needs it. */
  spare(id: RunId | LoggedModelId): void {
    this.#spared.add(id);
    const purges = this.#byOwner.get(id);
    if (purges !== undefined) this.#byOwner.set(id, purges.withoutWhole());
  }

  /** The runs and logged models that are gone as a whole, as far as they are known. */
  *gone(): Generator<RunId | LoggedModelId> {
    const known = new Set([...this.#byOwner.keys(), ...this.#homes.keys()]);
    for (const id of known as Set<RunId | LoggedModelId>) if (this.isGone(id)) yield id;
  }

  /** The artifacts that were purged by themselves. */
  *goneArtifacts(): Generator<{ readonly id: RunId | LoggedModelId; readonly path: string }> {
    for (const [id, purges] of this.#byOwner) {
      for (const { part, key } of purges.parts()) {
        if (part === 'artifact') yield { id: id as RunId | LoggedModelId, path: key };
      }
    }
  }

  /** The experiment of a run or a logged model; `undefined` when its creation was not met. */
  experimentOf(id: RunId | LoggedModelId): ExperimentId | undefined {
    return this.#homes.get(id)?.experiment;
  }

  /** Whether nothing at all was purged. */
  get isEmpty(): boolean {
    return this.#byOwner.size === 0;
  }

  /** Whether a run or a logged model is gone as a whole, by itself or with its experiment. */
  isGone(id: RunId | LoggedModelId): boolean {
    if (this.#spared.has(id)) return false;
    if (this.#byOwner.get(id)?.isWhole === true) return true;
    const home = this.#homes.get(id);
    return home !== undefined && this.isExperimentGone(home.experiment);
  }

  /** Whether an experiment is gone with everything in it. */
  isExperimentGone(id: ExperimentId): boolean {
    return this.#byOwner.get(experimentKey(id))?.isWhole === true;
  }

  /** Whether one part of a run or a logged model is gone. */
  isPartGone(id: RunId | LoggedModelId, part: PurgeablePart, key: string): boolean {
    return this.isGone(id) || this.#byOwner.get(id)?.has(part, key) === true;
  }

  /**
   * The event without what was purged: the same object when it holds nothing of it, `undefined` when
   * nothing else is left. Of a creation in an experiment that is gone it is left where that was. The fold of what is left is the fold of everything.
   */
  strip(event: StoreEvent): StoreEvent | undefined {
    switch (event.kind) {
      case 'purged':
        return event;
      case 'experiment-created':
      case 'experiment-updated': {
        if (this.isExperimentGone(event.experiment)) return undefined;
        const purges = this.#byOwner.get(experimentKey(event.experiment));
        return purges === undefined ? event : withTags(event, purges);
      }
      case 'artifact': {
        const id = 'run' in event.owner ? event.owner.run : event.owner.model;
        return this.isPartGone(id, 'artifact', event.file.path) ? undefined : event;
      }
      case 'artifact-removed': {
        const id = 'run' in event.owner ? event.owner.run : event.owner.model;
        return this.isPartGone(id, 'artifact', event.path) ? undefined : event;
      }
      case 'model-created':
      case 'model-updated':
      case 'model-tags':
      case 'model-params': {
        if (this.isGone(event.model)) {
          const isNeeded = event.kind === 'model-created' && this.#isHomeNeeded(event.model);
          return isNeeded ? bareModel(event) : undefined;
        }
        const purges = this.#byOwner.get(event.model);
        if (purges === undefined || event.kind === 'model-updated') return event;
        const tagged = event.kind === 'model-params' ? event : withTags(event, purges);
        return tagged.kind === 'model-tags' ? tagged : withParams(tagged, purges);
      }
      default: {
        if (this.isGone(event.run)) {
          const isNeeded = event.kind === 'run-created' && this.#isHomeNeeded(event.run);
          return isNeeded ? bareRun(event) : undefined;
        }
        const purges = this.#byOwner.get(event.run);
        return purges === undefined ? event : stripRunEvent(event, purges);
      }
    }
  }

  /**
   * Whether only its experiment tells that a run or a model is gone: then where it belongs has to be known
   * for ever, or what other logs hold of it would be taken for that of a stranger, and kept.
   */
  #isHomeNeeded(id: RunId | LoggedModelId): boolean {
    return this.#byOwner.get(id)?.isWhole !== true;
  }

  #settle(id: RunId | LoggedModelId, experiment: ExperimentId, order: EventOrder): void {
    const known = this.#homes.get(id);
    if (known !== undefined && compareEventOrder(known.order, order) <= 0) return;
    // One string for each experiment, however many runs it has.
    const name = this.#experiments.get(experiment) ?? experiment;
    this.#experiments.set(name, name);
    this.#homes.set(id, { experiment: name, order });
  }
}

/** A creation that says no more than where the run belongs. */
function bareRun(event: RunCreated): RunCreated {
  const { kind, run, experiment, timeMs } = event;
  const isBare =
    event.name === run &&
    event.user === '' &&
    event.tags === undefined &&
    event.remote === undefined;
  return isBare ? event : { kind, run, experiment, name: run, user: '', timeMs };
}

/** A creation that says no more than where the logged model belongs. */
function bareModel(event: LoggedModelCreated): LoggedModelCreated {
  const { kind, model, experiment, timeMs } = event;
  const isBare =
    event.name === model &&
    event.type === undefined &&
    event.run === undefined &&
    event.params === undefined &&
    event.tags === undefined;
  return isBare ? event : { kind, model, experiment, name: model, timeMs };
}

type RunOnlyEvent = Extract<StoreEvent, { readonly run: RunId }> & {
  readonly kind: StoreEvent['kind'];
};

/** An event of a run without the parts that were purged of it, as `PurgedThings.strip` gives it. */
export function stripRunEvent(
  event: Exclude<RunOnlyEvent, Purged | { kind: 'model-created' }>,
  purges: PurgeFold,
): StoreEvent | undefined {
  switch (event.kind) {
    case 'run-created': {
      const isNameGone = purges.has('tag', RUN_NAME_TAG);
      const tagged = withTags(event, purges);
      return isNameGone && event.name !== event.run ? { ...tagged, name: event.run } : tagged;
    }
    case 'run-updated': {
      if (event.name === undefined || !purges.has('tag', RUN_NAME_TAG)) return event;
      const { name: _, ...left } = event;
      return left.status === undefined && left.stage === undefined ? undefined : left;
    }
    case 'params':
      return nonEmpty(withParams(event, purges), (left) => left.params);
    case 'tags':
      return nonEmpty(withTags(event, purges), (left) => left.tags);
    case 'metrics':
      if (!Object.keys(event.metrics).some((key) => purges.has('metric', key))) return event;
      return nonEmpty(
        { ...event, metrics: purges.keep('metric', event.metrics) },
        (left) => left.metrics,
      );
    case 'metric-series':
      return purges.has('metric', event.key) ? undefined : event;
    default:
      return event;
  }
}

function withTags<Event extends { readonly tags?: TagChanges }>(
  event: Event,
  purges: PurgeFold,
): Event {
  const { tags } = event;
  if (tags === undefined || !Object.keys(tags).some((key) => purges.has('tag', key))) return event;
  return { ...event, tags: purges.keep('tag', tags) };
}

function withParams<Event extends { readonly params?: Readonly<Record<string, string>> }>(
  event: Event,
  purges: PurgeFold,
): Event {
  const { params } = event;
  if (params === undefined || !Object.keys(params).some((key) => purges.has('param', key))) {
    return event;
  }
  return { ...event, params: purges.keep('param', params) };
}

function nonEmpty<Event>(
  event: Event,
  record: (event: Event) => Readonly<Record<string, unknown>>,
): Event | undefined {
  return Object.keys(record(event)).length === 0 ? undefined : event;
}

function ownerOf(event: Purged): string {
  if (event.experiment !== undefined) return experimentKey(event.experiment);
  return event.run ?? event.model ?? '';
}

/** Apart from the ids of runs, which may look the same. */
function experimentKey(id: ExperimentId): string {
  return `experiment ${id}`;
}
