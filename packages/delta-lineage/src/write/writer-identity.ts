import { createRequire } from 'node:module';

/** The protocol of the tables that this writer creates: every Delta reader supports it. */
export const PROTOCOL = { minReaderVersion: 1, minWriterVersion: 2 } as const;

/** The name and version of this writer, as commits record it. */
export const ENGINE: string = `tidemark-delta-lineage/${packageVersion()}`;

function packageVersion(): string {
  const manifest: unknown = createRequire(import.meta.url)('@tidemark/delta-lineage/package.json');
  return String((manifest as { version?: unknown }).version);
}
