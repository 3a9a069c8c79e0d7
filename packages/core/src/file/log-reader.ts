import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { decodeEventLine } from '../events/event-line.ts';
import type { OrderedEvent } from '../store/event-log.ts';
import { LAYOUT, LOG_FILE } from './layout.ts';
import { decodeLogHeader, type LogHeader } from './log-header.ts';
import { readLogLines } from './log-lines.ts';
import type { ProcessIdentity } from './process-identity.ts';
import type { StoreDamage } from './store-damage.ts';
import { errnoOf, readFailed } from './system-errors.ts';

/** How far a log has been read. */
interface Progress {
  readonly header: LogHeader | undefined;
  readonly offset: number;
}

const NOTHING_READ: Progress = { header: undefined, offset: 0 };

/** A reader's position in a log, in one number that grows along the logs of a writer. */
const LOG_STRIDE = 2 ** 36;

/**
 * Reads the logs of a store, each from where it stopped the last time. It trusts nothing about
 * them: a file without a header, a line that is no event and a torn tail are passed over and told.
 */
export class LogReader {
  readonly #folder: string;
  readonly #onEvent: (event: OrderedEvent) => void;
  readonly #onDamage: (damage: StoreDamage) => void;
  readonly #progress = new Map<string, Progress>();
  readonly #told = new Set<string>();
  readonly #writers = new Map<string, ProcessIdentity>();

  constructor(options: {
    folder: string;
    onEvent: (event: OrderedEvent) => void;
    onDamage: (damage: StoreDamage) => void;
  }) {
    this.#folder = options.folder;
    this.#onEvent = options.onEvent;
    this.#onDamage = options.onDamage;
  }

  /**
   * Reads what has been added to any log. `'replaced'` when a log became shorter or vanished, as
   * after a copy from elsewhere or a clean-up: then what was folded before has to be thrown away.
   * @throws STORE_FORMAT_TOO_NEW
   */
  refresh(): 'read' | 'replaced' {
    const names = logNames(this.#folder);
    const present = new Set(names);
    for (const known of this.#progress.keys()) if (!present.has(known)) return 'replaced';
    for (const name of names) {
      const known = this.#progress.get(name);
      const size = sizeOfFile(join(this.#folder, LAYOUT.logs, name));
      if (size === undefined) {
        // A link that leads nowhere, a folder, a log that was deleted this moment.
        if (known !== undefined) return 'replaced';
        this.#tellOnce(name, 'it is not a file that can be read');
        continue;
      }
      const { offset } = known ?? NOTHING_READ;
      if (size < offset) return 'replaced';
      if (size > offset) this.#progress.set(name, this.#readLog(name, known ?? NOTHING_READ));
    }
    return 'read';
  }

  /** The process behind a writer whose log was read. */
  processOf(writer: string): ProcessIdentity | undefined {
    return this.#writers.get(writer);
  }

  /** The sum of what was read: it changes whenever an event was added. */
  get bytesRead(): number {
    let sum = 0;
    for (const { offset } of this.#progress.values()) sum += offset;
    return sum;
  }

  #tellOnce(name: string, reason: string): void {
    if (this.#told.has(name)) return;
    this.#told.add(name);
    this.#onDamage({ file: `${LAYOUT.logs}/${name}`, offset: 0, reason });
  }

  #readLog(name: string, known: Progress): Progress {
    const file = `${LAYOUT.logs}/${name}`;
    let { header, offset } = known;
    const lines = readLogLines(join(this.#folder, file), offset);
    for (let next = lines.next(); ; next = lines.next()) {
      if (next.done) return { header, offset: next.value };
      const line = next.value;
      if (line.offset === 0) {
        header = decodeLogHeader(line.text ?? '', file);
        if (header === undefined) {
          this.#onDamage({ file, offset: 0, reason: 'the log has no header; it was not read' });
        } else {
          this.#writers.set(header.writer, header);
        }
        continue;
      }
      if (header !== undefined) this.#readLine(file, header, line.text, line.offset);
    }
  }

  #readLine(file: string, header: LogHeader, text: string | undefined, offset: number): void {
    if (text === undefined) {
      this.#onDamage({ file, offset, reason: 'the line is too long to be one' });
      return;
    }
    const decoded = decodeEventLine(text);
    switch (decoded.outcome) {
      case 'event':
        this.#onEvent({
          stampUs: decoded.stampUs,
          event: decoded.event,
          writer: header.writer,
          position: header.sequence * LOG_STRIDE + offset,
        });
        break;
      case 'unknown-kind':
        if (decoded.kind !== 'sealed') {
          this.#onDamage({ file, offset, reason: `the kind "${decoded.kind}" is not known here` });
        }
        break;
      case 'damaged':
        this.#onDamage({ file, offset, reason: `the line ${decoded.reason}` });
    }
  }
}

/** The names of all logs of a store, sorted; none when there is no store yet. */
export function logNames(folder: string): string[] {
  try {
    return readdirSync(join(folder, LAYOUT.logs))
      .filter((name) => LOG_FILE.test(name))
      .sort();
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return [];
    throw readFailed(join(folder, LAYOUT.logs), error);
  }
}

/** The size of a file, or of the file that a link leads to; `undefined` when there is none. */
export function sizeOfFile(path: string): number | undefined {
  try {
    const info = statSync(path);
    return info.isFile() ? info.size : undefined;
  } catch (error) {
    if (errnoOf(error) === 'ENOENT' || errnoOf(error) === 'ELOOP') return undefined;
    throw readFailed(path, error);
  }
}
