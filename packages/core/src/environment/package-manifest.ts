import { readFile, stat } from 'node:fs/promises';
import { z } from 'zod';

const MAX_BYTES = 4 * 1024 * 1024;

const text = z.string().min(1).optional().catch(undefined);
const declared = z.record(z.string(), z.unknown()).catch({}).default({});

const manifestSchema = z.object({
  name: text,
  version: text,
  dependencies: declared,
  peerDependencies: declared,
  optionalDependencies: declared,
  devDependencies: declared,
});

/** The fields of a package.json that say which code runs; fields of the wrong kind count as absent. */
export type PackageManifest = z.infer<typeof manifestSchema>;

/** Reads a package.json; `undefined` when there is none that can be read and understood. */
export async function readPackageManifest(path: string): Promise<PackageManifest | undefined> {
  try {
    const entry = await stat(path);
    if (!entry.isFile() || entry.size > MAX_BYTES) return undefined;
    const json = await readFile(path, 'utf8');
    return manifestSchema.safeParse(JSON.parse(json.replace(/^\ufeff/, ''))).data;
  } catch {
    return undefined;
  }
}
