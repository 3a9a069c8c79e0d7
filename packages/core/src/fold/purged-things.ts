import type { EventSubject } from '../events/event-kind.ts';
import { compareEventOrder, type EventOrder } from '../events/stamp.ts';
import { kindOf, type StoreEvent } from '../events/store-event.ts';
import type { ExperimentId, LoggedModelId, RunId } from '../model/ids.ts';
import type { PurgeablePart } from '../model/purged-part.ts';
import { PurgeFold } from './purge-fold.ts';

type Owner = RunId | LoggedModelId;

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
  readonly #homes = new Map<Owner, Home>();
  readonly #experiments = new Map<string, ExperimentId>();
  readonly #spared = new Set<Owner>();

  /** Takes note of a purge, and of where runs and models belong. */
  note(event: StoreEvent, order: EventOrder): void {
    const kind = kindOf(event);
    const { creation } = kind;
    if (creation === undefined && event.kind !== 'purged') return;
    const owner = ownerOf(kind.subject(event));
    if (creation !== undefined) this.#settle(owner as Owner, creation.home(event), order);
    if (event.kind !== 'purged') return;
    const known = this.#byOwner.get(owner) ?? new PurgeFold();
    known.apply(event, order);
    this.#byOwner.set(owner, known);
  }

  /** Leaves the events of a run or a logged model as they are, although it was purged: something needs it. */
  spare(id: Owner): void {
    this.#spared.add(id);
    const purges = this.#byOwner.get(id);
    if (purges !== undefined) this.#byOwner.set(id, purges.withoutWhole());
  }

  /** The runs and logged models that are gone as a whole, as far as they are known. */
  *gone(): Generator<Owner> {
    const known = new Set([...this.#byOwner.keys(), ...this.#homes.keys()]);
    for (const id of known as Set<Owner>) if (this.isGone(id)) yield id;
  }

  /** The artifacts that were purged by themselves. */
  *goneArtifacts(): Generator<{ readonly id: Owner; readonly path: string }> {
    for (const [id, purges] of this.#byOwner) {
      for (const { part, key } of purges.parts()) {
        if (part === 'artifact') yield { id: id as Owner, path: key };
      }
    }
  }

  /** The experiment of a run or a logged model; `undefined` when its creation was not met. */
  experimentOf(id: Owner): ExperimentId | undefined {
    return this.#homes.get(id)?.experiment;
  }

  /** Whether nothing at all was purged. */
  get isEmpty(): boolean {
    return this.#byOwner.size === 0;
  }

  /** Whether a run or a logged model is gone as a whole, by itself or with its experiment. */
  isGone(id: Owner): boolean {
    if (this.#spared.has(id)) return false;
    if (this.#byOwner.get(id)?.isWhole === true) return true;
    const home = this.#homes.get(id);
    return home !== undefined && this.isExperimentGone(home.experiment);
  }

  /** Whether something is known and nothing was purged of it: a run or a logged model, or an experiment. */
  isUntouched(thing: { readonly owner: string } | { readonly experiment: string }): boolean {
    if ('experiment' in thing) {
      const id = thing.experiment as ExperimentId;
      return this.#experiments.has(id) && !this.#byOwner.has(experimentKey(id));
    }
    const id = thing.owner as Owner;
    return this.#homes.has(id) && !this.#byOwner.has(id) && !this.isGone(id);
  }

  /** Whether an experiment is gone with everything in it. */
  isExperimentGone(id: ExperimentId): boolean {
    return this.#byOwner.get(experimentKey(id))?.isWhole === true;
  }

  /** Whether one part of a run or a logged model is gone. */
  isPartGone(id: Owner, part: PurgeablePart, key: string): boolean {
    return this.isGone(id) || this.#byOwner.get(id)?.has(part, key) === true;
  }

  /**
   * The event without what was purged: the same object when it holds nothing of it, `undefined` when
   * nothing else is left. Of a creation in an experiment that is gone it is left where that was. The fold
   * of what is left is the fold of everything.
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
   * Whether only its experiment tells that a run or a model is gone: then where it belongs has to be known
   * for ever, or what other logs hold of it would be taken for that of a stranger, and kept.
   */
  #isHomeNeeded(owner: string): boolean {
    return this.#byOwner.get(owner)?.isWhole !== true;
  }

  #settle(id: Owner, experiment: ExperimentId, order: EventOrder): void {
    const known = this.#homes.get(id);
    if (known !== undefined && compareEventOrder(known.order, order) <= 0) return;
    // One string for each experiment, however many runs it has.
    const name = this.#experiments.get(experiment) ?? experiment;
    this.#experiments.set(name, name);
    this.#homes.set(id, { experiment: name, order });
  }
}

function ownerOf(subject: EventSubject): string {
  if ('experiment' in subject) return experimentKey(subject.experiment);
  return 'run' in subject ? subject.run : subject.model;
}

/** Apart from the ids of runs, which may look the same. */
function experimentKey(id: ExperimentId): string {
  return `experiment ${id}`;
}
