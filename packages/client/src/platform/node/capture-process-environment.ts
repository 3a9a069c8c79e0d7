import {
  captureEnvironment,
  captureUncommittedPatch,
  type Environment,
  environmentTags,
  formatEnvironment,
} from '@tidemark/environment';
import type { CapturedEnvironment, CapturedPatch } from '../platform.ts';

/** Short enough to see a commit during the process, and long enough that a thousand runs do not each ask git. */
const FRESH_MS = 10_000;
/** The longest wait of a timer, in milliseconds. */
const LONGEST_TIMEOUT_MS = 2 ** 31 - 1;

let captured: { readonly atMs: number; readonly result: Promise<CapturedEnvironment> } | undefined;

/** Returns the place and the code of this process. The answer is cached for ten seconds. */
export function captureProcessEnvironment(): Promise<CapturedEnvironment> {
  const nowMs = Date.now();
  if (captured === undefined || nowMs - captured.atMs > FRESH_MS) {
    captured = { atMs: nowMs, result: capture() };
  }
  return captured.result;
}

async function capture(): Promise<CapturedEnvironment> {
  const environment = await captureEnvironment({ env: process.env, ...gitTimeout() });
  let patch: Promise<CapturedPatch | undefined> | undefined;
  return {
    tags: environmentTags(environment),
    file: formatEnvironment(environment),
    patch: () => {
      patch ??= capturePatch(environment);
      return patch;
    },
  };
}

async function capturePatch(environment: Environment): Promise<CapturedPatch | undefined> {
  const captured = await captureUncommittedPatch(environment, {
    env: process.env,
    ...gitTimeout(),
  });
  if (captured === undefined || environment.git === undefined) return undefined;
  const { content, state } = captured;
  const git = { ...environment.git, patch: state };
  return {
    environmentFile: formatEnvironment({ ...environment, git }),
    ...(content === undefined ? {} : { content }),
  };
}

/** Returns the time that git may take, from TIDEMARK_GIT_TIMEOUT, which is in seconds. */
function gitTimeout(): { readonly timeoutMs?: number } {
  const timeoutMs = Math.min(Number(process.env.TIDEMARK_GIT_TIMEOUT) * 1000, LONGEST_TIMEOUT_MS);
  return timeoutMs > 0 ? { timeoutMs } : {};
}
