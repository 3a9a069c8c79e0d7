import { encodeEventLine } from '../../events/event-line.ts';
import { runOf } from '../../events/event-subject.ts';
import { FARTHEST_AHEAD_US } from '../../events/stamp.ts';
import { removeIndex } from '../gc/remove-index.ts';
import { lineOf, writeLog } from '../gc/write-log.ts';
import { judgeLine } from '../log/judge-line.ts';
import { type ScannedLine, scanLines } from '../log/log-scan.ts';
import { quarantine, type TakenBytes } from './quarantine.ts';
import { restingLog } from './repair-log.ts';

/** A line whose stamp is far ahead, and the stamp that it gets. */
interface Restamped {
  readonly line: ScannedLine;
  readonly stampUs: number;
}

/** Returns the runs that have events with a stamp far ahead in a log. */
export function runsStampedAhead(folder: string, file: string, nowMs: number): Set<string> {
  const runs = new Set<string>();
  for (const line of scanLines(folder, file)) {
    if (line.isHeader || line.unread !== undefined) continue;
    const judged = judgeLine(line.header, line.text);
    if (judged.outcome !== 'event' || !isAhead(judged.stampUs, nowMs)) continue;
    const run = runOf(judged.event);
    if (run !== undefined) runs.add(run);
  }
  return runs;
}

/**
 * Gives events whose stamps are far ahead new stamps directly after the event before them, in the same order, so that
 * later events win over them again. Times that were logged stay. A quarantine file keeps the old lines. Does nothing if
 * the log is not at rest.
 */
export function restampLog(folder: string, file: string, nowMs: number): void {
  const log = restingLog(folder, file, nowMs);
  if (log === undefined) return;
  const restamped = newStamps(folder, file, { nowMs, modifiedMs: log.modifiedMs });
  if (restamped.size === 0) return;
  quarantine(folder, file, [...restamped.values()].map(taken));
  removeIndex(folder);
  writeLog(folder, file, [file], {
    change: (line) => {
      const found = restamped.get(line.offset);
      return found === undefined ? line.text : withStamp(found);
    },
    stampOf: ({ offset, header }) => restamped.get(offset)?.stampUs ?? header.at,
    modifiedMs: log.modifiedMs,
  });
}

function newStamps(
  folder: string,
  file: string,
  { nowMs, modifiedMs }: { nowMs: number; modifiedMs: number },
): Map<number, Restamped> {
  const lines = [...scanLines(folder, file)].map((line) => ({ line, stampUs: stampOf(line) }));
  const restamped = new Map<number, Restamped>();
  // Events before the first right stamp get stamps just below the time of the last write.
  let lastUs = Math.floor(Math.min(modifiedMs, nowMs)) * 1000 - lines.length;
  for (const { line, stampUs } of lines) {
    if (stampUs === undefined) continue;
    if (!isAhead(stampUs, nowMs)) lastUs = stampUs;
    else {
      lastUs += 1;
      restamped.set(line.offset, { line, stampUs: lastUs });
    }
  }
  return restamped;
}

function stampOf({ isHeader, header, text, unread }: ScannedLine): number | undefined {
  if (isHeader) return header.at;
  if (unread !== undefined) return undefined;
  const judged = judgeLine(header, text);
  return judged.outcome === 'damaged' ? undefined : judged.stampUs;
}

function withStamp({ line: { header, text }, stampUs }: Restamped): string {
  const judged = judgeLine(header, text);
  if (judged.outcome === 'event') {
    return lineOf(header, encodeEventLine(stampUs, judged.event));
  }
  const { crc: _, ...fields } = JSON.parse(text as string) as Record<string, unknown>;
  return lineOf(header, JSON.stringify({ ...fields, at: stampUs }));
}

function taken({ line: { offset, end } }: Restamped): TakenBytes {
  return { from: offset, to: end, reason: 'stamped more than a day ahead' };
}

function isAhead(stampUs: number, nowMs: number): boolean {
  return stampUs - nowMs * 1000 > FARTHEST_AHEAD_US;
}
