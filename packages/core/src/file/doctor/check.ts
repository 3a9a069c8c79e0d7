import type { Experiment } from '../../model/experiment.ts';
import type { LoggedModel } from '../../model/logged-model.ts';
import type { Run } from '../../model/run.ts';
import type { Store } from '../../port/store.ts';
import type { StoreDamage } from '../store-damage.ts';

/** How much a finding matters. */
export type Severity =
  /** Something that was recorded cannot be read or trusted. */
  | 'error'
  /** Something that needs attention. */
  | 'warning'
  /** Nothing is wrong with the record; space or time is wasted, or a person may want to know. */
  | 'note';

/** One thing that a check found. */
export interface Finding {
  /** The name of the check. */
  readonly check: string;
  readonly severity: Severity;
  /** The file below the store's folder, or the name or id of what it is about. */
  readonly place: string;
  /** What is the matter, and what to do about it. */
  readonly message: string;
  /** What `--fix` does; absent where a repair could lose a fact. */
  readonly fix?: string;
  /** The same once it is done. */
  readonly fixed?: string;
}

/** What a check has to say of one place. */
export type FindingDraft = Omit<Finding, 'check'>;

/** The store as the checks see it: read once, shared by all. */
export interface Patient {
  /** Absolute. */
  readonly folder: string;
  readonly nowMs: number;
  /** Read every artifact and compare its SHA-256, not only its size. */
  readonly deep: boolean;
  /** Heads that were noted elsewhere: model name → `sha256:…` of a commit. */
  readonly expectHeads: ReadonlyMap<string, string>;
  readonly store: Store;
  readonly experiments: readonly Experiment[];
  readonly runs: readonly Run[];
  readonly loggedModels: readonly LoggedModel[];
  /** What reading the logs and the registry stumbled over. */
  readonly damage: readonly StoreDamage[];
}

/**
 * One check. To add one, copy a file of `checks/` and put it into the list in `checks.ts`. A check only
 * looks; `fix` repairs one of its findings, and may remove nothing but what is derived, unfinished, or
 * held elsewhere.
 */
export interface Check {
  /** Kebab-case, stable: programs match on it. */
  readonly name: string;
  /** What it means when the check finds something, in one sentence. */
  readonly meaning: string;
  find(patient: Patient): AsyncIterable<FindingDraft> | Iterable<FindingDraft>;
  fix?(patient: Patient, finding: Finding): Promise<void>;
}
