import { createHash, randomBytes } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { lstat, mkdir, open, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { TidemarkError } from '../../errors.ts';
import type { PurgedThings } from '../../fold/purged-things.ts';
import { holdsPurged, strippedLine, writeLog } from '../gc/write-log.ts';
import { LAYOUT, LOG_FILE } from '../layout.ts';
import { decodeLogHeader } from '../log/log-header.ts';
import { readFirstLine } from '../log/log-lines.ts';
import { damageOfLine } from '../log/log-scan.ts';
import { isSeal } from '../log/log-seal.ts';
import { syncFolder } from '../system/put-if-absent.ts';
import { errnoOf, readFailed, writeFailed } from '../system/system-errors.ts';
import { endOfWholeLines, hasSameBytes } from './same-bytes.ts';

/** Longer than any closing line that is written. */
const SEAL_BYTES = 256;

/** A log to copy, up to the end of its whole lines. */
export interface LogCopy {
  readonly name: string;
  /** Its name in this store: the same, or another if the store keeps both logs. */
  readonly target: string;
  readonly sizeBytes: number;
  /** Whether the store has the log already, in fewer lines or an older generation. */
  readonly replaces: boolean;
  /** Whether it has damaged lines, which are not copied. */
  readonly isDamaged: boolean;
}

/** The steps to merge the logs of another store. */
export interface LogPlan {
  readonly copies: readonly LogCopy[];
  readonly unchanged: number;
}

/** The names of the logs of each store that have damage. */
export interface DamagedLogs {
  readonly into: ReadonlySet<string>;
  readonly from: ReadonlySet<string>;
}

/**
 * Compares the logs of two stores. If both have a log, one must be the beginning of the other, and the longer one is
 * kept. If maintenance rewrote a log, the higher generation is kept, provided that both come from the same closed
 * log. Otherwise its writer continued after the rewritten copy was made, or the two copies lack different lines: then
 * both are kept, because a line that is read twice counts once. A damaged log never replaces another: it gets a new
 * name, and so does an undamaged log if this store's copy of it is damaged. @throws MERGE_DIVERGED if neither log is
 * the beginning of the other
 */
export async function planLogs(into: string, from: string, damaged: DamagedLogs): Promise<LogPlan> {
  const copies: LogCopy[] = [];
  let unchanged = 0;
  for (const name of await logNamesIn(from)) {
    const theirs = await lookAt(join(from, LAYOUT.logs, name));
    if (theirs === undefined || theirs.sizeBytes === 0) continue;
    const ours = await lookAt(join(into, LAYOUT.logs, name));
    const isDamaged = damaged.from.has(name);
    // Readers skip this log, so there is nothing to copy.
    if (isDamaged && !theirs.hasHeader) continue;
    const isDoubtful = isDamaged || damaged.into.has(name);
    const standing = await whichStands(ours, theirs, { name, isDamaged, isDoubtful });
    const { sizeBytes } = theirs;
    if (standing === 'theirs') {
      copies.push({ name, target: name, sizeBytes, replaces: ours !== undefined, isDamaged });
      continue;
    }
    const target = standing === 'both' ? await nameBeside(name, theirs) : name;
    if (await isThere(join(into, LAYOUT.logs, target))) unchanged += 1;
    else copies.push({ name, target, sizeBytes, replaces: false, isDamaged });
  }
  return { copies, unchanged };
}

/**
 * Copies logs, each whole or not at all. Damage, and things that were purged in either store, are left out, as in a
 * clean-up. @throws READ_FAILED, WRITE_FAILED
 */
export async function copyLogs(
  into: string,
  from: string,
  plan: LogPlan,
  things: PurgedThings,
): Promise<void> {
  const folder = join(into, LAYOUT.logs);
  for (const { name, target, sizeBytes, isDamaged } of plan.copies) {
    const partial = join(folder, `.${name}.${randomBytes(6).toString('hex')}.partial`);
    try {
      await mkdir(folder, { recursive: true });
      const source = `${LAYOUT.logs}/${name}`;
      if (isDamaged || holdsPurged(from, source, things)) {
        const { mtimeMs: modifiedMs } = await lstat(join(from, source));
        writeLog(into, `${LAYOUT.logs}/${target}`, [source], {
          change: (line) =>
            damageOfLine(line) === undefined ? strippedLine(line, things) : undefined,
          modifiedMs,
          from,
          leavesDamageOut: isDamaged,
        });
        continue;
      }
      await pipeline(
        createReadStream(join(from, LAYOUT.logs, name), { end: sizeBytes - 1 }),
        createWriteStream(partial, { flags: 'wx', flush: true }),
      );
      await rename(partial, join(folder, target));
    } catch (error) {
      await rm(partial, { force: true });
      throw writeFailed(`The log ${name}`, error);
    }
  }
  if (plan.copies.length > 0) syncFolder(folder);
}

interface LogFacts {
  readonly path: string;
  readonly sizeBytes: number;
  /** Whether its first line is a valid header. */
  readonly hasHeader: boolean;
  readonly generation: number;
  /** Its closing line, which is unique to the log; `undefined` if it is not sealed. */
  readonly seal: string | undefined;
}

async function whichStands(
  ours: LogFacts | undefined,
  theirs: LogFacts,
  { name, isDamaged, isDoubtful }: { name: string; isDamaged: boolean; isDoubtful: boolean },
): Promise<'ours' | 'theirs' | 'both'> {
  if (ours === undefined) return isDamaged ? 'both' : 'theirs';
  if (isDoubtful) {
    // The damage is in both logs, or after the end of theirs.
    const isHere =
      ours.sizeBytes >= theirs.sizeBytes &&
      (await hasSameBytes(theirs.path, ours.path, theirs.sizeBytes));
    return isHere ? 'ours' : 'both';
  }
  if (theirs.generation !== ours.generation) {
    if (ours.seal === undefined || ours.seal !== theirs.seal) return 'both';
    return theirs.generation > ours.generation ? 'theirs' : 'ours';
  }
  const shared = Math.min(theirs.sizeBytes, ours.sizeBytes);
  if (await hasSameBytes(theirs.path, ours.path, shared)) {
    return theirs.sizeBytes > ours.sizeBytes ? 'theirs' : 'ours';
  }
  if (ours.generation > 0) return 'both';
  throw new TidemarkError(
    'MERGE_DIVERGED',
    `The log ${name} differs in the two stores before the end of the shorter one, although both copies are valid. No writer does that, so a user or another program changed one of them. Keep only the right copy.`,
    { details: { log: name } },
  );
}

/** Returns a name that depends on the lines, so that a repeated merge finds the copy. */
async function nameBeside(
  name: string,
  { path, sizeBytes, generation }: LogFacts,
): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path, { end: sizeBytes - 1 }), hash);
  const digest = hash.digest('hex').slice(0, 16);
  return name.replace(/\.jsonl$/, `-${digest}-${generation}.jsonl`);
}

async function isThere(path: string): Promise<boolean> {
  return (await lookAt(path)) !== undefined;
}

/** Returns the facts of the whole lines of a log; `undefined` if there is no such regular file. */
async function lookAt(path: string): Promise<LogFacts | undefined> {
  try {
    const info = await lstat(path);
    if (!info.isFile()) return undefined;
    const sizeBytes = await endOfWholeLines(path, info.size);
    if (sizeBytes === 0) {
      return { path, sizeBytes, hasHeader: false, generation: 0, seal: undefined };
    }
    const header = decodeLogHeader(readFirstLine(path) ?? '', path);
    return {
      path,
      sizeBytes,
      hasHeader: header !== undefined,
      generation: header?.generation ?? 0,
      seal: await sealOf(path, sizeBytes),
    };
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return undefined;
    if (errnoOf(error) === undefined) throw error;
    throw readFailed(path, error);
  }
}

async function sealOf(path: string, sizeBytes: number): Promise<string | undefined> {
  const start = Math.max(0, sizeBytes - SEAL_BYTES);
  const end = await readFilePart(path, start, sizeBytes - start);
  const line = end.trimEnd().split('\n').at(-1);
  return line !== undefined && isSeal(line) ? line : undefined;
}

async function readFilePart(path: string, position: number, length: number): Promise<string> {
  const handle = await open(path, 'r');
  try {
    const { bytesRead, buffer } = await handle.read(Buffer.alloc(length), 0, length, position);
    return buffer.toString('utf8', 0, bytesRead);
  } finally {
    await handle.close();
  }
}

async function logNamesIn(folder: string): Promise<string[]> {
  try {
    return (await readdir(join(folder, LAYOUT.logs))).filter((name) => LOG_FILE.test(name)).sort();
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return [];
    throw readFailed(`${folder}/${LAYOUT.logs}`, error);
  }
}
