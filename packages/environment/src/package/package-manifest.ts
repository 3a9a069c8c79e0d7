import { readFile, stat } from 'node:fs/promises';
import { z } from 'zod';

const MAX_BYTES = 4 * 1024 * 1024;

/** The fields of a package.json that identify code. Fields of the wrong type count as absent. */
export interface PackageManifest {
  readonly name?: string | undefined;
  readonly version?: string | undefined;
  readonly dependencies: Declared;
  readonly peerDependencies: Declared;
  readonly optionalDependencies: Declared;
  readonly devDependencies: Declared;
}

/** Package names with their ranges, which are not used here. */
type Declared = Readonly<Record<string, unknown>>;

const text: z.ZodType<string | undefined> = z.string().min(1).optional().catch(undefined);
const declared: z.ZodType<Declared> = z.record(z.string(), z.unknown()).default({}).catch({});

const manifestSchema: z.ZodType<PackageManifest> = z.object({
  name: text,
  version: text,
  dependencies: declared,
  peerDependencies: declared,
  optionalDependencies: declared,
  devDependencies: declared,
});

/** Reads a package.json; `undefined` when it is missing, cannot be read or is invalid. */
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
