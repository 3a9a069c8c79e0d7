import { randomBytes } from 'node:crypto';
import { mkdirSync, renameSync, type Stats, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { LAYOUT } from './layout.ts';
import { errnoOf } from './system/system-errors.ts';

/** Facts of the file that change with it; `undefined` while it does not exist. */
type Sight = Pick<Stats, 'ino' | 'mtimeMs' | 'size'> | undefined;

/** A program that never ends its turn, such as a training in a loop, looks again after this time. */
const LOOK_AGAIN_MS = 5;
/** Sizes start again here. Two changes of one tick of a coarse clock differ in size or inode. */
const LARGEST_SIZE = 1024;

/** How often this process changed a hint: its own handles need not wait for a look. */
let changes = 0;

/**
 * Says whether something was deleted, restored or purged in a store since this handle read it. The process that does so
 * replaces a small file once the event is in its log, and every handle looks at this file before it writes. A look is one
 * `stat`, at most once in a turn of the event loop, because news of other processes arrives in a later turn. Only a change
 * of the file has a meaning: if you delete the file, every handle reads the logs once more.
 */
export class StandingHint {
  readonly #path: string;
  readonly #storeFile: string;
  /** As of the last read, or of the beginning, since which everything is read. */
  #read: Sight;
  #isLooked = false;
  #lookAgainMs = 0;
  #changes = 0;

  constructor(folder: string) {
    this.#path = join(folder, LAYOUT.standing);
    this.#storeFile = join(folder, LAYOUT.storeFile);
    this.#read = sightOf(this.#path);
  }

  /** Whether the store has to be read before it is judged what may be written to it. */
  get isNew(): boolean {
    if (this.#isLooked && this.#changes === changes && performance.now() < this.#lookAgainMs) {
      return false;
    }
    if (!isSame(this.#read, this.look())) return true;
    this.#rest();
    return false;
  }

  /**
   * Takes a look, for `wasRead` after the read that follows. Creates the file if it does not exist, so that its
   * deletion shows too.
   */
  look(): Sight {
    const sight = sightOf(this.#path);
    if (sight !== undefined || sightOf(this.#storeFile) === undefined) return sight;
    this.#attempt(() => writeFileSync(this.#path, '', { flag: 'wx' }));
    return sightOf(this.#path);
  }

  /** Says that everything was read that was in the logs at a look. */
  wasRead(sight: Sight): void {
    this.#read = sight;
    this.#rest();
  }

  /**
   * Tells every handle on the store, once the event is in a log. Gives the error of the system for which others do not
   * learn of it before they read.
   */
  change(): Error | undefined {
    changes += 1;
    const size = ((sightOf(this.#path)?.size ?? 0) % LARGEST_SIZE) + 1;
    const name = `.${basename(this.#path)}.${randomBytes(6).toString('hex')}.partial`;
    const partial = join(dirname(this.#path), name);
    return this.#attempt(() => {
      writeFileSync(partial, '.'.repeat(size), { flag: 'wx' });
      renameSync(partial, this.#path);
    });
  }

  #rest(): void {
    this.#changes = changes;
    this.#lookAgainMs = performance.now() + LOOK_AGAIN_MS;
    if (this.#isLooked) return;
    this.#isLooked = true;
    // Runs when this turn has no more to do, also none in promises.
    process.nextTick(() => {
      this.#isLooked = false;
    });
  }

  #attempt(write: () => void): Error | undefined {
    try {
      mkdirSync(dirname(this.#path), { recursive: true });
      write();
      return undefined;
    } catch (error) {
      if (!(error instanceof Error) || errnoOf(error) === undefined) throw error;
      return error;
    }
  }
}

function sightOf(path: string): Sight {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch (error) {
    if (errnoOf(error) === undefined) throw error;
    return undefined;
  }
}

function isSame(a: Sight, b: Sight): boolean {
  return a?.ino === b?.ino && a?.mtimeMs === b?.mtimeMs && a?.size === b?.size;
}
