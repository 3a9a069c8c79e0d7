import type { PurgedThings } from '../../fold/purged-things.ts';
import { type ScannedLog, scanLines } from '../log/log-scan.ts';
import { isSeal } from '../log/log-seal.ts';
import { strippedLine } from './write-log.ts';

/**
 * Returns the logs at rest whose lines are all in another log that maintenance made of them. They exist because a
 * clean-up was interrupted before it removed them, or because an old copy was restored.
 */
export function supersededLogs(
  folder: string,
  logs: readonly ScannedLog[],
  things: PurgedThings,
): ScannedLog[] {
  const copies = new Map<string, ScannedLog[]>();
  for (const log of logs) {
    for (const name of sectionNames(log)) copies.set(name, [...(copies.get(name) ?? []), log]);
  }
  const gone = new Set<ScannedLog>();
  for (const log of [...logs].sort(byAge)) {
    const others = new Set(
      sectionNames(log)
        .flatMap((name) => copies.get(name) ?? [])
        .filter((other) => !gone.has(other)),
    );
    others.delete(log);
    if (others.size > 0 && isContained(folder, log, [...others], things)) gone.add(log);
  }
  return [...gone];
}

/** Sorts older generations first. The name decides between equal ones, so that one of two equal logs stays. */
function byAge(a: ScannedLog, b: ScannedLog): number {
  return generation(a) - generation(b) || (a.file < b.file ? -1 : 1);
}

function generation({ headers }: ScannedLog): number {
  return Math.min(...headers.map((header) => header.generation));
}

function sectionNames({ headers }: ScannedLog): string[] {
  return [
    ...new Set(headers.map(({ store, writer, sequence }) => `${store} ${writer} ${sequence}`)),
  ];
}

function isContained(
  folder: string,
  log: ScannedLog,
  others: readonly ScannedLog[],
  things: PurgedThings,
): boolean {
  const names = new Set(sectionNames(log));
  const lines = new Set<string>();
  for (const other of others) {
    for (const line of linesOf(folder, other, things)) {
      if (names.has(line.slice(0, line.indexOf('\n')))) lines.add(line);
    }
  }
  for (const line of linesOf(folder, log, things)) if (!lines.has(line)) return false;
  return true;
}

/** Yields each line of an event, with the name of its section before it. */
function* linesOf(folder: string, log: ScannedLog, things: PurgedThings): Generator<string> {
  for (const line of scanLines(folder, log.file)) {
    if (line.isHeader) continue;
    const text = strippedLine(line, things);
    if (text === undefined || isSeal(text)) continue;
    const { store, writer, sequence } = line.header;
    yield `${store} ${writer} ${sequence}\n${text}`;
  }
}
