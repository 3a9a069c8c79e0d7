import { rm } from 'node:fs/promises';
import { currentActor, openStore } from '@tidemark/client';
import { type CopyReport, copyStore, isTidemarkError, type Store } from '@tidemark/core';
import { findSpools, openFileStore, type SpoolFolder, spoolRoot } from '@tidemark/core/node';
import type { Terminal } from '../terminal.ts';
import { printCopied } from './copy-stores.ts';

/** What can be said with `tidemark sync`. */
export interface SyncOptions {
  readonly spool?: string;
  readonly keep?: true;
  readonly json?: boolean;
}

/**
 * Brings what was logged while servers were away to those servers, and removes each spool that came
 * over whole and that no program can write to any more.
 * @throws SERVER_UNREACHABLE when a server is still away; then its spool is as it was
 */
export async function syncSpools(options: SyncOptions, terminal: Terminal): Promise<void> {
  const root = spoolRoot(options.spool, process.env);
  const spools = root === undefined ? [] : findSpools(root);
  if (spools.length === 0) {
    terminal.out(`Nothing is waiting for a server${root === undefined ? '' : ` in ${root}`}.\n`);
    return;
  }
  for (const spool of spools) await syncSpool(spool, options, terminal);
}

async function syncSpool(
  { folder, storeFolder, server, inUse }: SpoolFolder,
  options: SyncOptions,
  terminal: Terminal,
): Promise<void> {
  const spool = openSpoolStore(storeFolder);
  // Opened before the first write, which never came.
  if (spool === undefined) return;
  const to = await openStore(server, { spool: false });
  try {
    const report = await copyStore(spool, to, { by: currentActor() });
    printCopied(report, { from: spool.uri, to: to.uri }, options, terminal);
    const reason = whyKept(report, inUse, options.keep === true);
    if (reason === undefined) await rm(folder, { recursive: true, force: true });
    else terminal.error(`The spool ${folder} is kept: ${reason}.\n`);
  } finally {
    await to.close();
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
  if (keep) return 'as asked for';
  if (report.problems.some(({ severity }) => severity === 'left-out')) {
    return 'not everything came over';
  }
  return inUse ? 'a program may still write to it; sync again when that has ended' : undefined;
}
