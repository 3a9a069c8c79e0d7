import type { EventSubject } from '../events/event-kind.ts';
import { compareEventOrder, type EventOrder } from '../events/stamp.ts';
import { kindOf, type StoreEvent } from '../events/store-event.ts';
import type { ExperimentId, LoggedModelId, RunId } from '../model/ids.ts';
import type { PurgeablePart } from '../model/purged-part.ts';
import { NO_PURGES, type PurgeFold, withPurge } from './purge-fold.ts';

type Owner = RunId | LoggedModelId;

/** The experiment of a run or a logged model, according to the earliest creation. */
interface Home {
  readonly experiment: ExperimentId;
  readonly order: EventOrder;
}

/**
 * Everything that was purged in a store. `strip` removes it from events. First call `note` with every event of all
 * logs; the other methods give right answers only after that.
 */
export class PurgedThings {
  readonly #byOwner = new Map<string, PurgeFold>();
  readonly #homes = new Map<Owner, Home>();
  readonly #experiments = new Map<string, ExperimentId>();
  readonly #spared = new Set<Owner>();

  /** Records a purge, and the experiments of runs and models. */
  note(event: StoreEvent, order: EventOrder): void {
    const kind = kindOf(event);
    const { creation } = kind;
    if (creation === undefined && event.kind !== 'purged') return;
    const owner = ownerOf(kind.subject(event));
    if (creation !== undefined) this.#settle(owner as Owner, creation.home(event), order);
    if (event.kind !== 'purged') return;
    const known = this.#byOwner.get(owner) ?? NO_PURGES;
    this.#byOwner.set(owner, withPurge(known, event, order));
  }

  /** Keeps the events of a run or a logged model although it was purged, because something needs them. */
  spare(id: Owner): void {
    this.#spared.add(id);
    const purges = this.#byOwner.get(id);
    if (purges !== undefined) this.#byOwner.set(id, purges.withoutWhole());
  }

  /** Yields the known runs and logged models that were purged as a whole. */
  *gone(): Generator<Owner> {
    const known = new Set([...this.#byOwner.keys(), ...this.#homes.keys()]);
    for (const id of known as Set<Owner>) if (this.isGone(id)) yield id;
  }

  /** Yields the artifacts that were purged one by one. */
  *goneArtifacts(): Generator<{ readonly id: Owner; readonly path: string }> {
    for (const [id, purges] of this.#byOwner) {
      for (const { part, key } of purges.parts()) {
        if (part === 'artifact') yield { id: id as Owner, path: key };
      }
    }
  }

  /** Returns the experiment of a run or a logged model; `undefined` if its creation was not read. */
  experimentOf(id: Owner): ExperimentId | undefined {
    return this.#homes.get(id)?.experiment;
  }

  /** Whether nothing at all was purged. */
  get isEmpty(): boolean {
    return this.#byOwner.size === 0;
  }

  /** Whether a run or a logged model was purged as a whole, directly or with its experiment. */
  isGone(id: Owner): boolean {
    if (this.#spared.has(id)) return false;
    if (this.#byOwner.get(id)?.isWhole === true) return true;
    const home = this.#homes.get(id);
    return home !== undefined && this.isExperimentGone(home.experiment);
  }

  /** Whether a run, a logged model or an experiment is known and no part of it was purged. */
  isUntouched(thing: { readonly owner: string } | { readonly experiment: string }): boolean {
    if ('experiment' in thing) {
      const id = thing.experiment as ExperimentId;
      return this.#experiments.has(id) && !this.#byOwner.has(experimentKey(id));
    }
    const id = thing.owner as Owner;
    return this.#homes.has(id) && !this.#byOwner.has(id) && !this.isGone(id);
  }

  /** Whether an experiment was purged with everything in it. */
  isExperimentGone(id: ExperimentId): boolean {
    return this.#byOwner.get(experimentKey(id))?.isWhole === true;
  }

  /** Whether one part of a run or a logged model was purged. */
  isPartGone(id: Owner, part: PurgeablePart, key: string): boolean {
    return this.isGone(id) || this.#byOwner.get(id)?.has(part, key) === true;
  }

  /**
   * Returns the event without purged parts: the same object if it has none, `undefined` if nothing else is left. Of a
   * creation in a purged experiment, the experiment's id is left. The fold of the remaining events equals the fold of
   * all events.
   */
  strip(event: StoreEvent): StoreEvent | undefined {
    if (event.kind === 'purged') return event;
    const kind = kindOf(event);
    const subject = kind.subject(event);
    const owner = ownerOf(subject);
    if (this.#isSubjectGone(subject)) {
      return this.#isHomeNeeded(owner) ? kind.creation?.bare(event) : undefined;
    }
    const purges = this.#byOwner.get(owner);
    return purges === undefined ? event : kind.without(event, purges);
  }

  #isSubjectGone(subject: EventSubject): boolean {
    if ('experiment' in subject) return this.isExperimentGone(subject.experiment);
    return this.isGone('run' in subject ? subject.run : subject.model);
  }

  /**
   * Whether a run or a model counts as purged only because its experiment was purged. Then its experiment must stay
   * known permanently. Otherwise the events in other logs would be treated as those of an unknown run, and kept.
   */
  #isHomeNeeded(owner: string): boolean {
    return this.#byOwner.get(owner)?.isWhole !== true;
  }

  #settle(id: Owner, experiment: ExperimentId, order: EventOrder): void {
    const known = this.#homes.get(id);
    if (known !== undefined && compareEventOrder(known.order, order) <= 0) return;
    // All runs of an experiment share one string.
    const name = this.#experiments.get(experiment) ?? experiment;
    this.#experiments.set(name, name);
    this.#homes.set(id, { experiment: name, order });
  }
}

function ownerOf(subject: EventSubject): string {
  if ('experiment' in subject) return experimentKey(subject.experiment);
  return 'run' in subject ? subject.run : subject.model;
}

/** Returns a key that never equals the id of a run. */
function experimentKey(id: ExperimentId): string {
  return `experiment ${id}`;
}
