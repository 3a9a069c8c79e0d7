import { captureEnvironment, environmentTags, formatEnvironment } from '@tidemark/core/node';
import type { CapturedEnvironment } from './platform.ts';

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
  return { tags: environmentTags(environment), file: formatEnvironment(environment) };
}
