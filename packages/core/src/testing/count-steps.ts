import { Session } from 'node:inspector';
import { setFlagsFromString } from 'node:v8';

/** Counts the steps of a program, independent of the load of the machine. */
export interface StepCounter {
  /** How often `act` runs blocks of the files in this folder: the same number each time. */
  count(act: () => unknown): number;
  stop(): void;
}

/**
 * V8 does not count in functions that it inlines. When it starts to inline depends on the machine, and a tenth of all
 * counts is lost from then on.
 */
const WITHOUT_LOSS = ['--no-opt', '--no-maglev'];
const AS_BEFORE = ['--opt', '--maglev'];

interface Coverage {
  readonly result: readonly {
    readonly url: string;
    readonly functions: readonly { readonly ranges: readonly { readonly count: number }[] }[];
  }[];
}

/**
 * Starts to count steps with V8's coverage of blocks. Only modules that are imported afterwards are counted block by
 * block. Work inside the engine (a regular expression, a `Set`) is not counted.
 */
export function countSteps(folder: string): StepCounter {
  WITHOUT_LOSS.forEach(setFlagsFromString);
  const session = new Session();
  session.connect();
  session.post('Profiler.enable');
  session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true });
  const taken = (): number => {
    let steps = 0;
    // Answered before `post` returns; what was counted starts again at zero.
    session.post('Profiler.takePreciseCoverage', (error: Error | null, coverage?: Coverage) => {
      if (error !== null) throw error;
      for (const { url, functions } of coverage?.result ?? []) {
        if (!url.includes(folder)) continue;
        for (const { ranges } of functions) for (const { count } of ranges) steps += count;
      }
    });
    return steps;
  };
  return {
    count(act) {
      taken();
      act();
      return taken();
    },
    stop() {
      session.disconnect();
      AS_BEFORE.forEach(setFlagsFromString);
    },
  };
}
