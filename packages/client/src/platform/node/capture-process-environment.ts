import {
  captureEnvironment,
  captureUncommittedPatch,
  type Environment,
  environmentTags,
  formatEnvironment,
} from '@tidemark/environment';
import type { CapturedEnvironment, CapturedPatch } from '../platform.ts';

/** A commit made while the process runs should show, yet a thousand runs should not ask git as often. */
const FRESH_MS = 10_000;

let captured: { readonly atMs: number; readonly result: Promise<CapturedEnvironment> } | undefined;

/** Where and from which code this process runs; asked again when the last answer is ten seconds old. */
export function captureProcessEnvironment(): Promise<CapturedEnvironment> {
  const nowMs = Date.now();
  if (captured === undefined || nowMs - captured.atMs > FRESH_MS) {
    captured = { atMs: nowMs, result: capture() };
  }
  return captured.result;
}

async function capture(): Promise<CapturedEnvironment> {
  const environment = await captureEnvironment({ env: process.env });
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
  const captured = await captureUncommittedPatch(environment, { env: process.env });
  if (captured === undefined || environment.git === undefined) return undefined;
  const { content, state } = captured;
  const git = { ...environment.git, patch: state };
  return {
    environmentFile: formatEnvironment({ ...environment, git }),
    ...(content === undefined ? {} : { content }),
  };
}
