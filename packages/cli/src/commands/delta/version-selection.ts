import { TidemarkError } from '@tidemark/core';
import type { VersionSelection } from '@tidemark/delta-lineage';

/** The option `--at` of the commands that show one version of a table. */
export interface AtOptions {
  /** The number of a version, or a time. */
  readonly at?: string;
}

/** Returns the version that `--at` names; without it the latest. @throws INVALID_ARGUMENT */
export function selectionOf(at: string | undefined): VersionSelection {
  if (at === undefined) return {};
  if (/^\d+$/.test(at)) return { version: Number(at) };
  const timestampMs = Date.parse(at);
  if (!Number.isNaN(timestampMs)) return { timestampMs };
  throw new TidemarkError(
    'INVALID_ARGUMENT',
    `${JSON.stringify(at)} is neither the number of a version nor a time. Give 3, or 2026-11-01T12:00Z.`,
    { details: { at } },
  );
}
