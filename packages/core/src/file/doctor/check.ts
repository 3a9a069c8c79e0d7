import type { Experiment } from '../../model/experiment.ts';
import type { LoggedModel } from '../../model/logged-model.ts';
import type { Run } from '../../model/run.ts';
import type { Store } from '../../port/store.ts';
import type { StoreDamage } from '../store-damage.ts';

/** How much a finding matters. */
export type Severity =
  /** Recorded data cannot be read or trusted. */
  | 'error'
  /** Something that needs attention. */
  | 'warning'
  /** The record is right, but it wastes space or time, or you may want to know something. */
  | 'note';

/** One thing that a check found. */
export interface Finding {
  /** The name of the check. */
  readonly check: string;
  readonly severity: Severity;
  /** A file below the store's folder, or the name or id of the run, model or experiment. */
  readonly place: string;
  /** The problem, and what to do about it. */
  readonly message: string;
  /** The effect of `--fix`, as a sentence. Absent if a repair could lose data. */
  readonly fix?: string;
  /** The same sentence in the past tense, for after the repair. */
  readonly fixed?: string;
}

/** A finding without the name of its check. */
export type FindingDraft = Omit<Finding, 'check'>;

/** The store as the checks see it: read once, shared by all. */
export interface Patient {
  /** Absolute. */
  readonly folder: string;
  readonly nowMs: number;
  /** Whether to read every artifact and compare its SHA-256, not only its size. */
  readonly deep: boolean;
  /** Heads that were noted elsewhere: model name → `sha256:…` of a commit. */
  readonly expectHeads: ReadonlyMap<string, string>;
  readonly store: Store;
  readonly experiments: readonly Experiment[];
  readonly runs: readonly Run[];
  readonly loggedModels: readonly LoggedModel[];
  /** The damage that was found in the logs and the registry. */
  readonly damage: readonly StoreDamage[];
}

/**
 * One check. To add one, copy a file of `checks/` and put it into the list in `checks.ts`. A check only reads. `fix`
 * repairs one of its findings, and may only remove files that are derived, unfinished, or saved elsewhere.
 */
export interface Check {
  /** Kebab-case, stable: programs match on it. */
  readonly name: string;
  /** The meaning of a finding, in one sentence. */
  readonly meaning: string;
  find(patient: Patient): AsyncIterable<FindingDraft> | Iterable<FindingDraft>;
  fix?(patient: Patient, finding: Finding): Promise<void>;
}
