import { randomBytes } from 'node:crypto';
import { closeSync, fsyncSync, openSync, renameSync, rmSync, utimesSync, writeSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { decodeEventLine, encodeEventLine } from '../../events/event-line.ts';
import type { PurgedThings } from '../../fold/purged-things.ts';
import { syncFolder } from '../put-if-absent.ts';
import { type ScannedLine, scanLines } from './log-scan.ts';

/** How much is gathered before it is written. */
const CHUNK_CHARACTERS = 1024 * 1024;

/** What a log's line becomes: itself, a shorter one, or nothing. */
export function strippedLine(line: ScannedLine, things: PurgedThings): string | undefined {
  const { text, isHeader } = line;
  if (text === undefined || isHeader || things.isEmpty) return text;
  const decoded = decodeEventLine(text);
  if (decoded.outcome !== 'event') return text;
  const left = things.strip(decoded.event);
  if (left === decoded.event) return text;
  return left && encodeEventLine(decoded.stampUs, left).trimEnd();
}

/**
 * Writes the lines of some logs, without what was purged, as one log and puts it in place of whatever
 * has its name: beside, synced, renamed, so that readers see the old or the new, whole. Each section's
 * generation grows by one. Gives the bytes written.
 */
export function writeLog(
  folder: string,
  target: string,
  sources: readonly string[],
  options: { readonly things: PurgedThings; readonly modifiedMs: number },
): number {
  const path = join(folder, target);
  const partial = join(
    dirname(path),
    `.${basename(path)}.${randomBytes(6).toString('hex')}.partial`,
  );
  try {
    const sizeBytes = writeLines(partial, mergedLines(folder, sources, options.things));
    // A log that only maintenance touched must not look alive.
    utimesSync(partial, new Date(), new Date(options.modifiedMs));
    renameSync(partial, path);
    syncFolder(dirname(path));
    return sizeBytes;
  } finally {
    rmSync(partial, { force: true });
  }
}

function* mergedLines(
  folder: string,
  sources: readonly string[],
  things: PurgedThings,
): Generator<string> {
  let isSealed = true;
  let lastStampUs = 0;
  for (const source of sources) {
    for (const line of scanLines(folder, source)) {
      const { header } = line;
      if (line.isHeader) {
        isSealed = false;
        yield JSON.stringify({ ...header, generation: header.generation + 1 });
        continue;
      }
      const text = strippedLine(line, things);
      if (text === undefined) continue;
      isSealed = isClosing(text);
      lastStampUs = Math.max(lastStampUs, header.at);
      yield text;
    }
  }
  // Whoever reads the file need not look for more, although the last writer never closed its log.
  if (!isSealed) yield JSON.stringify({ at: lastStampUs, kind: 'sealed' });
}

function isClosing(text: string): boolean {
  if (!text.includes('"kind":"sealed"')) return false;
  const decoded = decodeEventLine(text);
  return decoded.outcome === 'unknown-kind' && decoded.kind === 'sealed';
}

function writeLines(path: string, lines: Iterable<string>): number {
  const fd = openSync(path, 'wx', 0o644);
  let sizeBytes = 0;
  let gathered = '';
  const flush = (): void => {
    const bytes = Buffer.from(gathered);
    let offset = 0;
    while (offset < bytes.length) offset += writeSync(fd, bytes, offset);
    sizeBytes += bytes.length;
    gathered = '';
  };
  try {
    for (const line of lines) {
      gathered += `${line}\n`;
      if (gathered.length > CHUNK_CHARACTERS) flush();
    }
    flush();
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
  return sizeBytes;
}
