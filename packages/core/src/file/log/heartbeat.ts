import { utimesSync } from 'node:fs';
import { Worker } from 'node:worker_threads';

/**
 * Touches one log of a process while it has runs open, so that readers who cannot see the process know
 * that it lives (docs/decisions/015-lost-runs.md). One thread does it for the whole process, because a
 * training that computes for minutes lets no timer of its own thread fire. It keeps no process alive.
 */
export class Heartbeat {
  readonly #intervalMs: number;
  #path: string | undefined;
  #lingering: ReturnType<typeof setTimeout> | undefined;

  /** The path is touched every `intervalMs`. */
  constructor(intervalMs: number) {
    this.#intervalMs = intervalMs;
  }

  /** From now on this log is touched; soon none any more with `undefined`. Cheap when nothing changes. */
  beat(path: string | undefined): void {
    if (path === this.#path) return;
    this.#path = path;
    if (path === undefined) {
      this.#lingering ??= setTimeout(() => this.#endIfIdle(), LINGER_MS).unref();
      return;
    }
    if (beating.get(this)?.path === path) return;
    beating.set(this, { path, intervalMs: this.#intervalMs });
    thread ??= startThread();
    thread.tell();
  }

  #endIfIdle(): void {
    this.#lingering = undefined;
    if (this.#path === undefined && beating.delete(this)) thread?.tell();
  }
}

/** A log to touch, and how often. */
interface Beat {
  readonly path: string;
  readonly intervalMs: number;
}

interface Thread {
  /** Passes the path of the log to touch. */
  tell(): void;
}

const beating = new Map<Heartbeat, Beat>();
let thread: Thread | undefined;

/** Runs that follow each other closely do not start and end the touching each time. */
const LINGER_MS = 1000;

/** The thread ends when it had nothing to touch for this long. */
const IDLE_MS = 60_000;

/**
 * The program of the thread, as text, because a bundled program has no file for it. It takes the time from the file
 * system with a probe file, because a network file system has another clock than this machine.
 */
const SCRIPT = `
const { parentPort, workerData } = require('node:worker_threads');
const { openSync, fstatSync, closeSync, unlinkSync, utimesSync } = require('node:fs');
const { dirname, join } = require('node:path');
let timers = [];
let idle;
function fileSystemTime(folder) {
  const probe = join(folder, '.beat-' + process.pid + '-' + Math.random().toString(36).slice(2));
  try {
    const fd = openSync(probe, 'w');
    try {
      return fstatSync(fd).mtime;
    } finally {
      closeSync(fd);
      unlinkSync(probe);
    }
  } catch {
    return new Date();
  }
}
function touch(path) {
  try {
    const time = fileSystemTime(dirname(path));
    utimesSync(path, time, time);
  } catch {
    // Deleted, or the disk is away: the next beat tries again.
  }
}
parentPort.on('message', (beats) => {
  timers.forEach(clearInterval);
  clearTimeout(idle);
  timers = beats.map(({ path, intervalMs }) => setInterval(touch, intervalMs, path));
  if (beats.length === 0) idle = setTimeout(() => parentPort.close(), workerData.idleMs);
});
`;

function startThread(): Thread {
  let worker: Worker;
  try {
    // Without the options of this process, which may load a compiler or a debugger.
    worker = new Worker(SCRIPT, {
      eval: true,
      execArgv: [],
      env: {},
      workerData: { idleMs: IDLE_MS },
      resourceLimits: { maxOldGenerationSizeMb: 32, maxYoungGenerationSizeMb: 4 },
    });
  } catch {
    // Threads are forbidden here, as under Node's permission model.
    return timersOfThisThread();
  }
  worker.unref();
  worker.once('error', () => {
    thread = timersOfThisThread();
    thread.tell();
  });
  worker.once('exit', () => {
    if (thread !== started) return;
    thread = undefined;
    if (beating.size === 0) return;
    thread = startThread();
    thread.tell();
  });
  const started: Thread = { tell: () => worker.postMessage([...beating.values()]) };
  return started;
}

/** The second best: it starves while this thread computes. */
function timersOfThisThread(): Thread {
  let timers: ReturnType<typeof setInterval>[] = [];
  const touch = (path: string): void => {
    try {
      utimesSync(path, new Date(), new Date());
    } catch {
      // Deleted, or the disk is away: the next beat tries again.
    }
  };
  return {
    tell() {
      timers.forEach(clearInterval);
      timers = [...beating.values()].map(({ path, intervalMs }) =>
        setInterval(touch, intervalMs, path).unref(),
      );
    },
  };
}
