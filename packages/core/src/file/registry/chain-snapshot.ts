import { createHash, randomBytes } from 'node:crypto';
import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { z } from 'zod';
import type { RegistryChain } from '../../chain/registry-chain.ts';
import { LAYOUT } from '../layout.ts';
import { readPlainFile } from '../system/plain-file.ts';
import { removeIfThere } from '../system/remove-if-there.ts';
import { errnoOf } from '../system/system-errors.ts';

/** Raise it whenever the fold of a chain gives something else than before. */
const SNAPSHOT_FORMAT = 2;

/** A longer snapshot is ignored: a chain of it would not fit into memory. */
const LONGEST_BYTES = 256 * 1024 * 1024;

/** How many commits behind a snapshot are read before the next one is made: the greater of the two. */
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

/** Where the snapshot of a chain is: `index/registry/<folder of the chain>.json`. */
export function snapshotPlace(chainFolder: string): string {
  return `${LAYOUT.chainSnapshots}/${basename(chainFolder)}.json`;
}

/**
 * Reads the state of a chain as of some commit; `undefined` if it does not exist, is torn, or is of
 * another version. Its first line is the SHA-256 of the second, which is JSON. Whether it is of this
 * chain its head says: compare it with the commit of that number.
 */
export function readChainSnapshot(folder: string, chainFolder: string): RegistryChain | undefined {
  let text: string;
  try {
    text = readPlainFile(join(folder, snapshotPlace(chainFolder)), LONGEST_BYTES).toString();
  } catch (error) {
    // Derived: when it cannot be read, the commits have it all.
    if (errnoOf(error) === undefined) throw error;
    return undefined;
  }
  const end = text.indexOf('\n');
  const body = text.slice(end + 1);
  if (end === -1 || text.slice(0, end) !== checkOf(body)) return undefined;
  return snapshot.safeParse(parsed(body)).data?.chain;
}

/** Whether a snapshot pays: so many commits are behind the last one. */
export function isSnapshotDue(head: number, snapshotted: number): boolean {
  return head - snapshotted >= Math.max(LEAST_COMMITS_BEHIND, head * SHARE_BEHIND);
}

/**
 * Whether the snapshot of a chain that grows commit by commit is made at this one: the same numbers for
 * everyone, so that of many processes the one that makes the commit makes the snapshot.
 */
export function isSnapshotCommit(head: number): boolean {
  let next = 0;
  while (next < head) next += Math.ceil(Math.max(LEAST_COMMITS_BEHIND, next * SHARE_BEHIND));
  return next === head;
}

/** Writes the state of a chain, in place of an earlier one; says whether that worked. */
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
    // A full disk, a read-only store: the commits have it all, and reading only takes longer.
    if (errnoOf(error) === undefined) throw error;
    removeIfThere(partial);
    return false;
  }
}

/** `undefined` when it is not JSON, which a wrong file with a right check can be. */
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
