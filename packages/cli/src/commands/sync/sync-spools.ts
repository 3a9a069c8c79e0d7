import { rm } from 'node:fs/promises';
import { currentActor } from '@tidemark/client';
import { type CopyReport, copyStore, isTidemarkError, type Store } from '@tidemark/core';
import { findSpools, openFileStore, type SpoolFolder, spoolRoot } from '@tidemark/core/node';
import { openForCommand } from '../../open.ts';
import { renderCopied } from '../../render/copied.ts';
import { renderJson } from '../../render/json.ts';
import { renderProse, say } from '../../render/prose.ts';
import type { Terminal } from '../../terminal.ts';
import { assertNothingLeftOut } from '../../things-left-out.ts';

/** Options of `tidemark sync`. */
export interface SyncOptions {
  readonly spool?: string;
  readonly keep?: true;
  readonly json?: boolean;
}

/**
 * Copies spools to their servers. It removes each spool that was copied completely and that no program can still
 * write to. A failed spool does not stop the others. With JSON it prints a list with the report of each copied
 * spool.
 * @throws SERVER_UNREACHABLE, at the end, when a server is still unreachable; its spool is unchanged
 */
export async function syncSpools(options: SyncOptions, terminal: Terminal): Promise<void> {
  const root = spoolRoot(options.spool, process.env);
  const spools = root === undefined ? [] : findSpools(root);
  if (spools.length === 0 && options.json !== true) {
    say(terminal, `Nothing is waiting for a server${root === undefined ? '' : ` in ${root}`}.\n`);
    return;
  }
  const copied: Copied[] = [];
  const failures: unknown[] = [];
  for (const spool of spools) {
    try {
      const done = await syncSpool(spool, options, terminal);
      if (done !== undefined) copied.push(done);
    } catch (error) {
      failures.push(error);
      terminal.error(
        renderProse(
          `The spool ${spool.folder} is kept, because it could not be copied.\n`,
          terminal,
        ),
      );
    }
  }
  if (options.json === true) {
    terminal.out(
      renderJson(copied.map(({ from, to, report }) => ({ from, store: to, ...report }))),
    );
  }
  if (failures.length > 0) throw failures[0];
  assertNothingLeftOut(...copied.map(({ report }) => report));
}

interface Copied {
  readonly from: string;
  readonly to: string;
  readonly report: CopyReport;
}

/** Copies one spool. Returns `undefined` when it is empty. */
async function syncSpool(
  { folder, storeFolder, server, inUse }: SpoolFolder,
  options: SyncOptions,
  terminal: Terminal,
): Promise<Copied | undefined> {
  const spool = openSpoolStore(storeFolder);
  // Opened for a first write that never came.
  if (spool === undefined) return undefined;
  const to = await openForCommand(server, { spool: false });
  try {
    const report = await copyStore(spool, to, { by: currentActor() });
    if (options.json !== true) say(terminal, renderCopied(report, to.uri));
    const reason = whyKept(report, inUse, options.keep === true);
    if (reason === undefined) await rm(folder, { recursive: true, force: true });
    else terminal.error(renderProse(`The spool ${folder} is kept: ${reason}.\n`, terminal));
    return { from: spool.uri, to: to.uri, report };
  } finally {
    await spool.close();
  }
}

function openSpoolStore(storeFolder: string): Store | undefined {
  try {
    return openFileStore(storeFolder, { mustExist: true });
  } catch (error) {
    if (isTidemarkError(error, 'STORE_NOT_FOUND')) return undefined;
    throw error;
  }
}

function whyKept(report: CopyReport, inUse: boolean, keep: boolean): string | undefined {
  if (keep) return 'you asked for it with --keep';
  if (report.problems.some(({ severity }) => severity === 'left-out')) {
    return 'some of it was left out';
  }
  return inUse ? 'a program may still write to it. Run sync again when that has ended' : undefined;
}
