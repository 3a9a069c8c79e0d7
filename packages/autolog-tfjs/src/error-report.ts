import type { AutologOptions, AutologStage } from './options.ts';

/** Reports a failure to `onError` or the console. Never throws. */
export type Report = (error: unknown, stage: AutologStage) => void;

const warned = new Set<AutologStage>();

/** Creates the report that the options ask for. If `onError` itself throws, the console gets a warning. */
export function createReport(onError: AutologOptions['onError']): Report {
  if (onError === undefined) return warnOnce;
  return (error, stage) => {
    try {
      onError(error, stage);
    } catch (failure) {
      console.warn(`autolog: onError failed for the ${stage}:`, failure);
    }
  };
}

function warnOnce(error: unknown, stage: AutologStage): void {
  if (warned.has(stage)) return;
  warned.add(stage);
  console.warn(
    `autolog: the ${stage} of a training could not be recorded; the training continues (further failures of this kind are not shown: pass onError to see them):`,
    error,
  );
}
