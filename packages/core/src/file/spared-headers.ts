import { LAYOUT } from './layout.ts';
import { logNames } from './log/log-reader.ts';
import { scanLines } from './log/log-scan.ts';
import type { ProcessIdentity } from './system/process-identity.ts';
import { errnoOf } from './system/system-errors.ts';

/**
 * The processes behind writers whose logs an index spared a reader: it knows who wrote a run, but has not
 * read the headers. They are read when they are asked for, which is seldom: of runs that are not over
 * and that the index took for over.
 */
export class SparedHeaders {
  readonly #folder: string;
  readonly #found = new Map<string, ProcessIdentity>();
  /** Logs whose sections were not all looked at, those of many writers first. */
  #unread: string[] | undefined;

  /** For the logs of the store in this folder. */
  constructor(folder: string) {
    this.#folder = folder;
  }

  /** The process of a writer; `undefined` when no log has a header of it. @throws STORE_FORMAT_TOO_NEW */
  processOf(writer: string): ProcessIdentity | undefined {
    this.#unread ??= logNames(this.#folder).sort(compareByWriters);
    const own = this.#unread.find((name) => name.startsWith(`${writer}-`));
    if (own !== undefined) this.#readHeaders(own, 'first');
    while (!this.#found.has(writer) && this.#unread.length > 0) {
      const name = this.#unread.shift() as string;
      this.#readHeaders(name, 'all');
    }
    return this.#found.get(writer);
  }

  #readHeaders(name: string, which: 'first' | 'all'): void {
    try {
      for (const { header, isHeader } of scanLines(this.#folder, `${LAYOUT.logs}/${name}`)) {
        if (!isHeader) continue;
        this.#found.set(header.writer, header);
        if (which === 'first') return;
      }
    } catch (error) {
      // Taken away this moment by a clean-up: its lines are in another log by now.
      if (errnoOf(error) !== 'ENOENT') throw error;
    }
  }
}

/** Maintenance puts the logs of many writers together under a name of its own. */
function compareByWriters(a: string, b: string): number {
  return Number(b.startsWith('merged-')) - Number(a.startsWith('merged-')) || (a < b ? -1 : 1);
}
