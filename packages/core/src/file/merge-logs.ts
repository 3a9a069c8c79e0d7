import { createHash, randomBytes } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { lstat, mkdir, open, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { TidemarkError } from '../errors.ts';
import { LAYOUT, LOG_FILE } from './layout.ts';
import { decodeLogHeader } from './log-header.ts';
import { readLogLines } from './log-lines.ts';
import { syncFolder } from './put-if-absent.ts';
import { endOfWholeLines, hasSameBytes } from './same-bytes.ts';
import { errnoOf, readFailed, writeFailed } from './system-errors.ts';

/** Longer than any header that is written, so that one read is enough. */
const HEADER_CHUNK_BYTES = 4096;

/** Longer than any closing line that is written. */
const SEAL_BYTES = 256;

/** A log to be taken over, up to the end of its whole lines. */
export interface LogCopy {
  readonly name: string;
  /** The name that it gets here: its own, or another where both logs have to stand. */
  readonly target: string;
  readonly sizeBytes: number;
  /** Whether the store has the log already, in fewer lines or an older generation. */
  readonly replaces: boolean;
}

/** What has to be done with the logs of another store. */
export interface LogPlan {
  readonly copies: readonly LogCopy[];
  readonly unchanged: number;
}

/**
 * Compares the logs of two stores. A log that both have is one, as far as the shorter goes: the longer
 * one stands. Of a log that maintenance wrote anew the higher generation stands when both are of the same
 * closed log. Otherwise its writer went on after the copy was made that was written anew, or two copies lack
 * different things: then both are kept, for a line that is met twice counts once.
 * @throws MERGE_DIVERGED when neither is the beginning of the other
 */
export async function planLogs(into: string, from: string): Promise<LogPlan> {
  const copies: LogCopy[] = [];
  let unchanged = 0;
  for (const name of await logNamesIn(from)) {
    const theirs = await lookAt(join(from, LAYOUT.logs, name));
    if (theirs === undefined || theirs.sizeBytes === 0) continue;
    const ours = await lookAt(join(into, LAYOUT.logs, name));
    const standing = ours === undefined ? 'theirs' : await whichStands(ours, theirs, name);
    const { sizeBytes } = theirs;
    if (standing === 'theirs') {
      copies.push({ name, target: name, sizeBytes, replaces: ours !== undefined });
      continue;
    }
    const target = standing === 'both' ? await nameBeside(name, theirs) : name;
    if (await isThere(join(into, LAYOUT.logs, target))) unchanged += 1;
    else copies.push({ name, target, sizeBytes, replaces: false });
  }
  return { copies, unchanged };
}

/** Takes logs over, each whole or not at all. @throws READ_FAILED, WRITE_FAILED */
export async function copyLogs(into: string, from: string, plan: LogPlan): Promise<void> {
  const folder = join(into, LAYOUT.logs);
  for (const { name, target, sizeBytes } of plan.copies) {
    const partial = join(folder, `.${name}.${randomBytes(6).toString('hex')}.partial`);
    try {
      await mkdir(folder, { recursive: true });
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
  readonly generation: number;
  /** Its closing line, which no two logs have in common; `undefined` while it is open. */
  readonly seal: string | undefined;
}

async function whichStands(
  ours: LogFacts,
  theirs: LogFacts,
  name: string,
): Promise<'ours' | 'theirs' | 'both'> {
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
    `The log ${name} differs in the two stores before the end of the shorter one, which no writer does. Look for the damaged one with: tidemark doctor`,
    { details: { log: name } },
  );
}

/** The same for the same lines, so that merging again finds them there. */
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

/** The whole lines of a log; `undefined` when there is no such file. A link could lead anywhere. */
async function lookAt(path: string): Promise<LogFacts | undefined> {
  try {
    const info = await lstat(path);
    if (!info.isFile()) return undefined;
    const sizeBytes = await endOfWholeLines(path, info.size);
    if (sizeBytes === 0) return { path, sizeBytes, generation: 0, seal: undefined };
    return { path, sizeBytes, generation: generationOf(path), seal: await sealOf(path, sizeBytes) };
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
  return line?.includes('"kind":"sealed"') ? line : undefined;
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

function generationOf(path: string): number {
  const lines = readLogLines(path, 0, HEADER_CHUNK_BYTES);
  const first = lines.next();
  lines.return(0);
  const header = first.done === true ? undefined : decodeLogHeader(first.value.text ?? '', path);
  return header?.generation ?? 0;
}

async function logNamesIn(folder: string): Promise<string[]> {
  try {
    return (await readdir(join(folder, LAYOUT.logs))).filter((name) => LOG_FILE.test(name)).sort();
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return [];
    throw readFailed(`${folder}/${LAYOUT.logs}`, error);
  }
}
