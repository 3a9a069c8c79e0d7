import { resolve } from 'node:path';
import { isTidemarkError, type TidemarkError } from '../../errors.ts';
import { assertArguments, assertOptions } from '../../model/plain-input.ts';
import { openFileStore } from '../file-store.ts';
import type { StoreDamage } from '../store-damage.ts';
import { errnoOf, writeFailed } from '../system/system-errors.ts';
import type { Check, Finding, Patient } from './check.ts';
import { CHECKS } from './checks.ts';

/** Options of `examineStore`. */
export interface ExamineOptions {
  /** Whether to read every artifact and compare its SHA-256. Default false: only sizes. */
  readonly deep?: boolean;
  /** Repair what can be repaired without losing a fact. Default false. */
  readonly fix?: boolean;
  /** Heads of registry chains that were noted elsewhere: model name → `sha256:…`. */
  readonly expectHeads?: ReadonlyMap<string, string>;
  /** Milliseconds since 1970; default now. */
  readonly nowMs?: number;
}

/** A finding, and whether it was repaired. */
export interface Diagnosis extends Finding {
  readonly isFixed: boolean;
}

/** The result of an examination. */
export interface DoctorReport {
  readonly folder: string;
  readonly findings: readonly Diagnosis[];
}

/** The name of the first check: whether the folder can be opened at all. */
const STORE_FILE = 'store-file';

/**
 * Examines the whole store in a folder, as `tidemark doctor` does. It changes nothing without `fix`. With `fix` it
 * only removes files that are derived, unfinished, or saved elsewhere.
 *
 * @example
 * ```ts
 * import { examineStore } from '@tidemark/core/node';
 *
 * const { findings } = await examineStore('./tidemark', { deep: true });
 * for (const { severity, place, message } of findings) console.log(severity, place, message);
 * ```
 *
 * @throws STORE_NOT_FOUND, STORE_IS_MLRUNS, STORE_FOLDER_IN_USE; READ_FAILED, WRITE_FAILED
 */
export async function examineStore(
  storeFolder: string,
  options: ExamineOptions = {},
): Promise<DoctorReport> {
  assertArguments({ storeFolder }, 'examineStore', { storeFolder: 'string' });
  assertOptions(options, 'examineStore', {
    deep: 'boolean?',
    fix: 'boolean?',
    expectHeads: 'map?',
    nowMs: 'number?',
  });
  const folder = resolve(storeFolder);
  const damage: StoreDamage[] = [];
  let patient: Patient;
  try {
    patient = await admit(folder, damage, options);
  } catch (error) {
    if (!isDamage(error)) throw error;
    const { message } = error;
    const finding = { check: STORE_FILE, severity: 'error', place: folder, message } as const;
    return { folder, findings: [{ ...finding, isFixed: false }] };
  }
  const findings: Diagnosis[] = [];
  try {
    for (const check of CHECKS) {
      for (const finding of await foundBy(check, patient)) {
        const isFixed = options.fix === true && (await repair(check, patient, finding));
        findings.push({ ...finding, isFixed });
      }
    }
  } finally {
    await patient.store.close();
  }
  return { folder, findings };
}

/** Returns the findings of one check. Damage that stops the check is a finding too, and the other checks continue. */
async function foundBy(check: Check, patient: Patient): Promise<Finding[]> {
  const found: Finding[] = [];
  try {
    for await (const draft of check.find(patient)) found.push({ check: check.name, ...draft });
  } catch (error) {
    if (!isDamage(error)) throw error;
    const { message } = error;
    found.push({ check: check.name, severity: 'error', place: patient.folder, message });
  }
  return found;
}

function isDamage(error: unknown): error is TidemarkError {
  return isTidemarkError(error, 'STORE_DAMAGED') || isTidemarkError(error, 'STORE_FORMAT_TOO_NEW');
}

async function admit(
  folder: string,
  damage: StoreDamage[],
  options: ExamineOptions,
): Promise<Patient> {
  // The index is examined and not used, because it must not hide damage in the logs.
  const store = openFileStore(folder, {
    mustExist: true,
    index: 'off',
    onDamage: (place) => damage.push(place),
  });
  return {
    folder,
    nowMs: options.nowMs ?? Date.now(),
    deep: options.deep === true,
    expectHeads: options.expectHeads ?? new Map(),
    store,
    damage,
    experiments: await store.experiments(),
    runs: await store.runs({}),
    loggedModels: await store.loggedModels({}),
  };
}

async function repair(check: Check, patient: Patient, finding: Finding): Promise<boolean> {
  if (finding.fix === undefined || check.fix === undefined) return false;
  try {
    await check.fix(patient, finding);
  } catch (error) {
    throw errnoOf(error) === undefined
      ? error
      : writeFailed(`The repair of ${finding.place}`, error);
  }
  return true;
}
