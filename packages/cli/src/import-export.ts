import { currentActor } from '@tidemark/client';
import {
  type CopyReport,
  copyStore,
  isTidemarkError,
  type Store,
  TidemarkError,
} from '@tidemark/core';
import { openExistingStore, openForCommand } from './open.ts';
import { renderCopied } from './render/copied.ts';
import { renderJson } from './render/json.ts';
import { say } from './render/prose.ts';
import type { Terminal } from './terminal.ts';
import { assertNothingLeftOut } from './things-left-out.ts';

/** Options of `tidemark import` and `tidemark export`. */
export interface CopyCommandOptions {
  readonly store?: string;
  readonly experiment?: readonly string[];
  readonly dryRun?: true;
  readonly json?: boolean;
}

/** Implements `tidemark import <address>`. @throws the errors of `copyStore` and `openStore` */
export async function importFrom(
  address: string,
  options: CopyCommandOptions,
  terminal: Terminal,
): Promise<void> {
  await copyBetween(await openSource(address), await openTarget(options.store), options, terminal);
}

/** Implements `tidemark export <address>`. @throws the errors of `copyStore` and `openStore` */
export async function exportTo(
  address: string,
  options: CopyCommandOptions,
  terminal: Terminal,
): Promise<void> {
  await copyBetween(await openSource(options.store), await openTarget(address), options, terminal);
}

async function copyBetween(
  from: Store,
  to: Store,
  options: CopyCommandOptions,
  terminal: Terminal,
): Promise<void> {
  assertDifferent(from, to);
  await assertExperiments(from, options.experiment ?? []);
  const report = await copyStore(from, to, {
    by: currentActor(),
    dryRun: options.dryRun === true,
    ...(options.experiment === undefined ? {} : { select: { experiments: options.experiment } }),
  });
  printCopied(report, { from: from.uri, to: to.uri }, options, terminal);
  assertNothingLeftOut(report);
}

/** Prints the report of a copy. JSON has both addresses. */
function printCopied(
  report: CopyReport,
  { from, to }: { readonly from: string; readonly to: string },
  options: { readonly json?: boolean },
  terminal: Terminal,
): void {
  if (options.json === true) terminal.out(renderJson({ from, store: to, ...report }));
  else say(terminal, renderCopied(report, to));
}

async function openSource(address: string | undefined): Promise<Store> {
  try {
    return await openExistingStore(address === undefined ? {} : { store: address });
  } catch (error) {
    if (!isTidemarkError(error, 'STORE_IS_MLRUNS')) throw error;
    throw new TidemarkError(
      'STORE_IS_MLRUNS',
      `${String(error.details.folder)} is an MLflow file store. Import it with: tidemark import mlruns ${String(error.details.folder)}`,
      { cause: error, details: error.details },
    );
  }
}

/** Opens the target without a spool, because an interrupted copy can simply run again. */
function openTarget(address: string | undefined): Promise<Store> {
  return openForCommand(address, { spool: false });
}

function assertDifferent(from: Store, to: Store): void {
  if (from.uri !== to.uri) return;
  throw new TidemarkError(
    'INVALID_ARGUMENT',
    `${from.uri} cannot be copied into itself. Give the other store with --store.`,
  );
}

async function assertExperiments(from: Store, names: readonly string[]): Promise<void> {
  const known = new Set((await from.experiments()).map(({ name }) => name));
  const unknown = names.find((name) => !known.has(name));
  if (unknown === undefined) return;
  throw new TidemarkError(
    'EXPERIMENT_NOT_FOUND',
    `${from.uri} has no experiment ${JSON.stringify(unknown)}. It has: ${[...known].slice(0, 10).join(', ')}.`,
  );
}
