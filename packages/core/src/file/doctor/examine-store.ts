import { resolve } from 'node:path';
import { isTidemarkError, type TidemarkError } from '../../errors.ts';
import { assertArguments, assertOptions } from '../../model/plain-input.ts';
import { openFileStore } from '../file-store.ts';
import type { StoreDamage } from '../store-damage.ts';
import { errnoOf, writeFailed } from '../system/system-errors.ts';
import type { Check, Finding, Patient } from './check.ts';
import { CHECKS } from './checks.ts';

/** How a store is examined. */
export interface ExamineOptions {
  /** Read every artifact and compare its SHA-256. Default false: only sizes. */
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

/** What an examination came to. */
export interface DoctorReport {
  readonly folder: string;
  readonly findings: readonly Diagnosis[];
}

/** The check that comes before all others: whether the folder can be opened at all. */
const STORE_FILE = 'store-file';

/**
 * Examines the whole store in a folder. Changes nothing without `fix`, and then only removes what is
 * derived, unfinished, or held elsewhere.
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

/** What one check finds; what keeps it from looking on is a finding too, and the others still look. */
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
  // The index is examined, not used: it must not hide what the logs hold.
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
