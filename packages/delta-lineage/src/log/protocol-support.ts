import { TidemarkError } from '@tidemark/core';
import type { DeltaProtocol } from './delta-actions.ts';

/** How columns are found in data files: by logical name, by physical name, or by field id. */
export type ColumnMappingMode = 'none' | 'name' | 'id';

const MAX_READER_VERSION = 3;

/** Reader features (PROTOCOL.md, "Table Features") that this reader honours. */
const READER_FEATURES: ReadonlySet<string> = new Set([
  'columnMapping',
  'deletionVectors',
  'timestampNtz',
  'timestampWithoutTimezone',
  'typeWidening',
  'typeWidening-preview',
  'v2Checkpoint',
  'vacuumProtocolCheck',
]);

/**
 * Refuses a table that this reader would read wrongly.
 *
 * Throws DELTA_FEATURE_UNSUPPORTED naming every feature that is missing here.
 */
export function assertReadable(protocol: DeltaProtocol): void {
  const { minReaderVersion, readerFeatures = [] } = protocol;
  if (minReaderVersion > MAX_READER_VERSION) {
    throw new TidemarkError(
      'DELTA_FEATURE_UNSUPPORTED',
      `The table needs Delta reader version ${minReaderVersion}, and this reader knows versions up to ${MAX_READER_VERSION}. ` +
        'Use a newer release of Tidemark, or copy the table with a system that can read it.',
      { details: { minReaderVersion } },
    );
  }
  if (minReaderVersion < MAX_READER_VERSION) return;
  const missing = readerFeatures.filter((feature) => !READER_FEATURES.has(feature));
  if (missing.length === 0) return;
  throw new TidemarkError(
    'DELTA_FEATURE_UNSUPPORTED',
    `The table needs reader features that this reader does not have: ${missing.join(', ')}. ${wayOut(missing)}`,
    { details: { features: missing } },
  );
}

/** The column mapping that holds for a table: its property counts only where the protocol allows for it. */
export function columnMappingMode(
  protocol: DeltaProtocol,
  configuration: Readonly<Record<string, string>>,
): ColumnMappingMode {
  const supported =
    protocol.minReaderVersion === 2 ||
    (protocol.minReaderVersion >= 3 && (protocol.readerFeatures ?? []).includes('columnMapping'));
  const mode = (configuration['delta.columnMapping.mode'] ?? 'none').toLowerCase();
  if (!supported || mode === 'none') return 'none';
  if (mode === 'name' || mode === 'id') return mode;
  throw new TidemarkError(
    'DELTA_FEATURE_UNSUPPORTED',
    `The table maps its columns by '${mode}', and this reader knows the modes none, name and id.`,
    { details: { features: [`columnMapping mode ${mode}`] } },
  );
}

function wayOut(missing: readonly string[]): string {
  if (missing.some((feature) => /^catalog(Managed|Owned)/.test(feature))) {
    return 'Its commits are known to its catalog alone; read it through the catalog, or copy it to a table of its own (CREATE TABLE … AS SELECT).';
  }
  if (missing.some((feature) => feature.startsWith('variant'))) {
    return 'Copy the table with its variant columns turned into strings (to_json) or structs.';
  }
  return 'Drop the feature (ALTER TABLE … DROP FEATURE) where the table was written, or copy the table without it.';
}
