import { LAYOUT } from './layout.ts';
import type { LogHeader } from './log/log-header.ts';
import { logNames } from './log/log-reader.ts';
import { scanLines } from './log/log-scan.ts';
import { errnoOf } from './system/system-errors.ts';

/**
/**
 * Finds the header of a writer whose logs the reader skipped thanks to an index. The index names the writers of a run,
 * but the process and the format are in the header of a log. Headers are read on demand, which is rare: only for runs
 * that have not ended and that the index has as ended, and for lines without a check.
 */
export class SparedHeaders {
  readonly #folder: string;
  readonly #found = new Map<string, LogHeader>();
  /** Logs of which not all headers were read. Logs of many writers come first. */
  #unread: string[] | undefined;

  /** `folder` is the folder of the store. */
  constructor(folder: string) {
    this.#folder = folder;
  }

  /** The header of a writer; `undefined` when no log has one. @throws STORE_FORMAT_TOO_NEW */
  headerOf(writer: string): LogHeader | undefined {
    const known = this.#found.get(writer);
    if (known !== undefined) return known;
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
      // gc removed the log at this moment; another log has its lines.
      if (errnoOf(error) !== 'ENOENT') throw error;
    }
  }
}

/** gc merges the logs of many writers into logs that are named `merged-…`. */
function compareByWriters(a: string, b: string): number {
  return Number(b.startsWith('merged-')) - Number(a.startsWith('merged-')) || (a < b ? -1 : 1);
}
