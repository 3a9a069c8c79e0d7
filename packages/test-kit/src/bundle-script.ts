import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'rolldown';

/** The folder of the bundles. External imports are resolved from there. Bundles are named by their content. */
const CACHE = fileURLToPath(
  new URL('../../../node_modules/.cache/tidemark-scripts', import.meta.url),
);

const bundles = new Map<string, Promise<string>>();

/**
 * Bundles a TypeScript script and its imports into one JavaScript file, and returns its path. Node starts the bundle
 * in a tenth of the processor time that the sources take. Each process bundles a script once.
 */
export function bundleScript(script: URL): Promise<string> {
  const path = fileURLToPath(script);
  const bundle = bundles.get(path) ?? bundleFile(path);
  bundles.set(path, bundle);
  return bundle;
}

async function bundleFile(script: string): Promise<string> {
  const { output } = await build({
    input: script,
    platform: 'node',
    logLevel: 'silent',
    tsconfig: false,
    // These packages have parts for each machine, or are large.
    external: ['@duckdb/node-api', 'apache-arrow', '@tensorflow/tfjs'],
    resolve: { conditionNames: ['@tidemark/source', 'node', 'import'] },
    write: false,
    output: { format: 'esm', codeSplitting: false },
  });
  const { code } = output[0];
  const digest = createHash('sha256').update(code).digest('hex').slice(0, 16);
  const file = join(CACHE, `${basename(script, '.ts')}-${digest}.mjs`);
  if (!existsSync(file)) {
    mkdirSync(CACHE, { recursive: true });
    const partial = `${file}.${process.pid}`;
    writeFileSync(partial, code);
    renameSync(partial, file);
  }
  return file;
}
