import { type ActiveRun, activeRun, startRun } from '@tidemark/client';
import { attachHooks } from './attach-hooks.ts';
import { createReport, type Report } from './error-report.ts';
import type { FitCall } from './fit-call.ts';
import { FitRecording } from './fit-recording.ts';
import { type AutologOptions, DEFAULT_MAX_WAIT_MS } from './options.ts';
import type { TfjsHistory } from './tfjs-types.ts';
import { settledWithin } from './within-time.ts';

/** MLflow's tag for runs that autologging starts, and its value for TF.js. */
const AUTOLOGGING_TAG = 'mlflow.autologging';
const FLAVOR = 'tfjs';

/** The outcome of a training. */
type Outcome =
  | { readonly ok: true; readonly history: TfjsHistory }
  | { readonly ok: false; readonly error: unknown };

/** The runs that autologging started, as opposed to those that the user opened. */
const managedRuns = new WeakSet<ActiveRun>();

/**
 * Runs a training once and records it in the active run of the user, or else in its own run. Passes on the
 * training's result and errors unchanged, and reports failures to record.
 */
export async function recordFit(call: FitCall, options: AutologOptions): Promise<TfjsHistory> {
  const report = createReport(options.onError);
  const open = activeRun();
  const outcome =
    open !== undefined && !managedRuns.has(open)
      ? await fitInRun(open, call, options, report)
      : await fitInOwnRun(call, options, report, open !== undefined);
  if (outcome.ok) return outcome.history;
  throw outcome.error;
}

async function fitInRun(
  run: ActiveRun,
  call: FitCall,
  options: AutologOptions,
  report: Report,
): Promise<Outcome> {
  const { recording, outcome } = await fitRecorded(run, call, options, report);
  await waitFor(recording.written(), options, report);
  return outcome;
}

/**
 * Runs a training in its own run. A training inside another recorded training is a child of that run. If the
 * store does not start the run in time, the training continues without a record.
 */
async function fitInOwnRun(
  call: FitCall,
  options: AutologOptions,
  report: Report,
  nested: boolean,
): Promise<Outcome> {
  const { store, experiment, runName, extraTags, maxWaitMs = DEFAULT_MAX_WAIT_MS } = options;
  const begun = deferred<void>();
  const trained = deferred<Outcome>();
  const gate: { state: 'waiting' | 'training' | 'given up' } = { state: 'waiting' };
  let outcome: Outcome | undefined;

  const tracked = startRun(
    {
      nested,
      tags: { ...extraTags, [AUTOLOGGING_TAG]: FLAVOR },
      ...(store !== undefined && { store }),
      ...(experiment !== undefined && { experiment }),
      ...(runName !== undefined && { name: runName }),
    },
    async (run) => {
      if (gate.state === 'given up')
        throw new Error('The store started the run too late: the training has already started.');
      gate.state = 'training';
      begun.resolve();
      managedRuns.add(run);
      const fit = await fitRecorded(run, call, options, report);
      outcome = fit.outcome;
      trained.resolve(outcome);
      await fit.recording.written();
      // So that the run ends as FAILED.
      if (!outcome.ok) throw outcome.error;
    },
  );
  const ended = tracked.catch((error) => {
    const isTrainings = outcome !== undefined && !outcome.ok && outcome.error === error;
    if (!isTrainings) report(error, 'run');
  });

  const inTime = await settledWithin(Promise.race([begun.promise, ended]), maxWaitMs);
  if (gate.state !== 'training') {
    gate.state = 'given up';
    if (!inTime) report(tooSlow('started no run', maxWaitMs), 'run');
    return attempt(call, call.args);
  }
  const result = await trained.promise;
  await waitFor(ended, options, report);
  return result;
}

/** Trains with the hooks of a recording attached. Never rejects. */
async function fitRecorded(
  run: ActiveRun,
  call: FitCall,
  options: AutologOptions,
  report: Report,
): Promise<{ recording: FitRecording; outcome: Outcome }> {
  const recording = new FitRecording(run, call, options, report);
  recording.begin();
  let args = call.args;
  try {
    args = { ...args, callbacks: attachHooks(call.tf, args.callbacks, recording.hooks()) };
  } catch (error) {
    report(error, 'metrics');
  }
  const outcome = await attempt(call, args);
  if (outcome.ok) recording.end(outcome.history);
  return { recording, outcome };
}

async function attempt(call: FitCall, args: FitCall['args']): Promise<Outcome> {
  try {
    return { ok: true, history: await call.train(args) };
  } catch (error) {
    return { ok: false, error };
  }
}

async function waitFor(
  writing: Promise<void>,
  { maxWaitMs = DEFAULT_MAX_WAIT_MS }: AutologOptions,
  report: Report,
): Promise<void> {
  if (await settledWithin(writing, maxWaitMs)) return;
  report(tooSlow('has not written everything (it continues in the background)', maxWaitMs), 'run');
}

function tooSlow(what: string, waitedMs: number): Error {
  return new Error(`The store ${what} after ${waitedMs} ms (see the option maxWaitMs).`);
}

function deferred<T>(): { promise: Promise<T>; resolve: (value: T) => void } {
  let resolve: (value: T) => void = () => undefined;
  const promise = new Promise<T>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}
