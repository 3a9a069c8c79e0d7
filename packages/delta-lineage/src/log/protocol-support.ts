import { TidemarkError } from '@tidemark/core';
import type { DeltaProtocol } from './delta-actions.ts';

/** The way to find columns in data files: by logical name, by physical name, or by field id. */
export type ColumnMappingMode = 'none' | 'name' | 'id';

const MAX_READER_VERSION = 3;

/** The reader features (PROTOCOL.md, "Table Features") that this reader supports. */
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
 * Refuses a table whose features this reader does not support.
 *
 * @throws DELTA_FEATURE_UNSUPPORTED with the name of every missing feature.
 */
export function assertReadable(protocol: DeltaProtocol): void {
  const { minReaderVersion, readerFeatures = [] } = protocol;
  if (minReaderVersion > MAX_READER_VERSION) {
    throw new TidemarkError(
      'DELTA_FEATURE_UNSUPPORTED',
      `The table needs Delta reader version ${minReaderVersion}, but this reader supports versions up to ${MAX_READER_VERSION}. ` +
        'Use a newer release of Tidemark, or copy the table with a system that can read it.',
      { details: { minReaderVersion } },
    );
  }
  if (minReaderVersion < MAX_READER_VERSION) return;
  const missing = readerFeatures.filter((feature) => !READER_FEATURES.has(feature));
  if (missing.length === 0) return;
  throw new TidemarkError(
    'DELTA_FEATURE_UNSUPPORTED',
    `The table needs reader features that this reader does not support: ${missing.join(', ')}. ${wayOut(missing)}`,
    { details: { features: missing } },
  );
}

/** The column mapping mode of a table. The property counts only if the protocol supports column mapping. */
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
    `The table has the column mapping mode '${mode}', but this reader supports only none, name and id. Copy the table without it.`,
    { details: { features: [`columnMapping mode ${mode}`] } },
  );
}

function wayOut(missing: readonly string[]): string {
  if (missing.some((feature) => /^catalog(Managed|Owned)/.test(feature))) {
    return 'Only its catalog knows its commits. Read it through the catalog, or copy it to a table without a catalog (CREATE TABLE … AS SELECT).';
  }
  if (missing.some((feature) => feature.startsWith('variant'))) {
    return 'Copy the table with its variant columns turned into strings (to_json) or structs.';
  }
  return 'Drop the feature (ALTER TABLE … DROP FEATURE) in the system that wrote the table, or copy the table without it.';
}
