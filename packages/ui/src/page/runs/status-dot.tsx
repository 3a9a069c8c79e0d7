import type { Run, RunStatus } from '@tidemark/core';
import type { VNode } from 'preact';

/** A sign for each status, so that nobody needs to tell colours apart. */
const SIGNS: Readonly<Record<RunStatus, string>> = {
  RUNNING: '▶',
  SCHEDULED: '…',
  FINISHED: '✓',
  FAILED: '✗',
  KILLED: '■',
};

/** The status of a run as a sign, with its name for screen readers and in the title. */
export function StatusDot({ run }: { readonly run: Run }): VNode {
  const { status, lostReason } = run;
  const name =
    lostReason === undefined ? status.toLowerCase() : `${status.toLowerCase()}: ${lostReason}`;
  return (
    <span class={`status ${status.toLowerCase()}`} title={name}>
      <span aria-hidden="true">{SIGNS[status]}</span>
      <span class="unseen">{name}</span>
    </span>
  );
}
