import type { ArtifactOwner, ExperimentId, RunId, Store } from '@tidemark/core';
import type { CapturedEnvironment } from '../platform/platform.ts';

const ENVIRONMENT_FILE = 'environment.json';
const PATCH_FILE = 'uncommitted.patch';
/** How long the start of a run waits for the patch. In a large repository it is written while the run continues. */
const PATCH_WAIT_MS = 300;

/** A new run and its store. */
export interface MadeRun {
  readonly store: Store;
  readonly runId: RunId;
  readonly experimentId: ExperimentId;
}

/** Stores the environment of the program as `environment.json`. */
export async function logEnvironment(run: MadeRun, file: string): Promise<void> {
  await logFile(run, ENVIRONMENT_FILE, new TextEncoder().encode(file));
}

/**
 * Stores the uncommitted changes as `uncommitted.patch`, and lists in `environment.json` what is not in it. The
 * returned promise resolves when that is done, or after a moment. Its `work` resolves when it is done, and never
 * rejects.
 */
export async function startPatch(
  run: MadeRun,
  environment: CapturedEnvironment,
  warn: (message: string) => void,
): Promise<{ readonly work: Promise<void> }> {
  const work = logPatch(run, environment).catch((error: unknown) => {
    warn(`The uncommitted changes of the run ${run.runId} were not recorded: ${String(error)}`);
  });
  let timer: ReturnType<typeof setTimeout> | undefined;
  const moment = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, PATCH_WAIT_MS);
  });
  await Promise.race([work, moment]);
  clearTimeout(timer);
  return { work };
}

async function logPatch(run: MadeRun, environment: CapturedEnvironment): Promise<void> {
  const patch = await environment.patch();
  if (patch === undefined) return;
  if (patch.content !== undefined) await logFile(run, PATCH_FILE, patch.content);
  await logEnvironment(run, patch.environmentFile);
}

async function logFile(
  { store, ...run }: MadeRun,
  path: string,
  content: Uint8Array,
): Promise<void> {
  const { runId, experimentId } = run;
  const owner: ArtifactOwner = { kind: 'run', experimentId, runId };
  const file = await store.artifacts.write(owner, path, content);
  await store.append([{ kind: 'artifact', owner: { run: runId }, file }]);
}
