import type { AutologOptions, AutologStage } from './options.ts';

/** Takes a failure to where the user wants it. Never throws. */
export type Report = (error: unknown, stage: AutologStage) => void;

const warned = new Set<AutologStage>();

/** The report that the options ask for; one that throws itself is warned about. */
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
    `autolog: the training goes on, but its ${stage} could not be recorded (further failures of this kind are not shown; pass onError to see them):`,
    error,
  );
}
