import { createHash, randomBytes } from 'node:crypto';
import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { z } from 'zod';
import type { RegistryChain } from '../../chain/registry-chain.ts';
import { LAYOUT } from '../layout.ts';
import { readPlainFile } from '../system/plain-file.ts';
import { removeIfThere } from '../system/remove-if-there.ts';
import { errnoOf } from '../system/system-errors.ts';

/** Raise it when the fold of a chain gives another result than before. */
const SNAPSHOT_FORMAT = 2;

/** A longer snapshot is ignored, because its chain would not fit into memory. */
const LONGEST_BYTES = 256 * 1024 * 1024;

/** The least number of commits, and share of all, after which a new snapshot is written. The greater one counts. */
const LEAST_COMMITS_BEHIND = 8;
const SHARE_BEHIND = 1 / 8;

const snapshot = z.object({
  format: z.literal(SNAPSHOT_FORMAT),
  chain: z.custom<RegistryChain>((value) => outline.safeParse(value).success),
});
const outline = z.object({
  name: z.string(),
  head: z.object({ number: z.int().positive(), hash: z.string() }),
  lastVersion: z.int(),
  versionMarks: z.record(z.string(), z.string()),
});

/** Returns the place of the snapshot of a chain: `index/registry/<folder of the chain>.json`. */
export function snapshotPlace(chainFolder: string): string {
  return `${LAYOUT.chainSnapshots}/${basename(chainFolder)}.json`;
}

/**
 * Reads the snapshot of a chain; `undefined` if it does not exist, is torn, or is of another version. Its first line is the
 * SHA-256 of the second, which is JSON. To know whether it belongs to this chain, compare its head with the commit of that
 * number.
 */
export function readChainSnapshot(folder: string, chainFolder: string): RegistryChain | undefined {
  let text: string;
  try {
    text = readPlainFile(join(folder, snapshotPlace(chainFolder)), LONGEST_BYTES).toString();
  } catch (error) {
    // The snapshot is derived. The commits have everything.
    if (errnoOf(error) === undefined) throw error;
    return undefined;
  }
  const end = text.indexOf('\n');
  const body = text.slice(end + 1);
  if (end === -1 || text.slice(0, end) !== checkOf(body)) return undefined;
  return snapshot.safeParse(parsed(body)).data?.chain;
}

/** Whether enough commits follow the last snapshot for a new one. */
export function isSnapshotDue(head: number, snapshotted: number): boolean {
  return head - snapshotted >= Math.max(LEAST_COMMITS_BEHIND, head * SHARE_BEHIND);
}

/**
 * Whether the process that writes this commit also writes a snapshot. The numbers are the same for all processes, so only
 * one of them writes it.
 */
export function isSnapshotCommit(head: number): boolean {
  let next = 0;
  while (next < head) next += Math.ceil(Math.max(LEAST_COMMITS_BEHIND, next * SHARE_BEHIND));
  return next === head;
}

/** Writes a snapshot, in place of an earlier one. Returns whether that worked. */
export function writeChainSnapshot(
  folder: string,
  chainFolder: string,
  chain: RegistryChain,
): boolean {
  const body = JSON.stringify({ format: SNAPSHOT_FORMAT, chain });
  const partial = join(
    folder,
    LAYOUT.index,
    `.${basename(chainFolder)}.${randomBytes(6).toString('hex')}.partial`,
  );
  try {
    mkdirSync(join(folder, LAYOUT.chainSnapshots), { recursive: true });
    writeFileSync(partial, `${checkOf(body)}\n${body}`, { flag: 'wx' });
    renameSync(partial, join(folder, snapshotPlace(chainFolder)));
    return true;
  } catch (error) {
    // The disk is full or the store is read-only. The commits have everything, and reads only take longer.
    if (errnoOf(error) === undefined) throw error;
    removeIfThere(partial);
    return false;
  }
}

/** Returns `undefined` if the text is not JSON, which is possible in a wrong file with a right check. */
function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

function checkOf(body: string): string {
  return createHash('sha256').update(body).digest('hex');
}
