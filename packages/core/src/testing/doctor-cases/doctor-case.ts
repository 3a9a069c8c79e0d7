import type { ExamineOptions } from '../../file/doctor/examine-store.ts';
import type { Healthy } from '../healthy-store.ts';

/** Something that can be wrong with a store, and what the doctor reports. */
export interface DoctorCase {
  /** The check that finds it. */
  readonly check: string;
  readonly what: string;
  damage(healthy: Healthy): Promise<void> | void;
  readonly says: RegExp;
  /** `--fix` removes this finding, and no other. */
  readonly isFixed?: true;
  readonly options?: ExamineOptions;
}
