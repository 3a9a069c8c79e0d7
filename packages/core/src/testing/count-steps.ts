import { Session } from 'node:inspector';

/** Counts what a program does, whatever the machine has to do beside. */
export interface StepCounter {
  /**
   * How often `act` runs blocks of the files in this folder. V8 loses a few of a hundred counts, of code that it
   * compiles or throws away meanwhile: so `act` runs several times, and the greatest count is taken.
   */
  count(act: () => unknown): number;
  stop(): void;
}

const TIMES = 4;

interface Coverage {
  readonly result: readonly {
    readonly url: string;
    readonly functions: readonly { readonly ranges: readonly { readonly count: number }[] }[];
  }[];
}

/**
 * Begins to count, by V8's coverage of blocks. Only what is imported afterwards is counted block by block. What
 * an engine does inside (a regular expression, a `Set`) is no step.
 */
export function countSteps(folder: string): StepCounter {
  const session = new Session();
  session.connect();
  session.post('Profiler.enable');
  session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true });
  const taken = (): number => {
    let steps = 0;
    // Answered before `post` returns; what was counted begins again at zero.
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
      const counts = Array.from({ length: TIMES }, () => {
        taken();
        act();
        return taken();
      });
      return Math.max(...counts);
    },
    stop: () => session.disconnect(),
  };
}
