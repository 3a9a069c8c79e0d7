import { isBuiltin } from 'node:module';
import { type Plugin, rolldown } from 'rolldown';
import { BROWSER_CONDITIONS, HOST_LIBRARIES } from '../check-boundaries/rules.ts';
import { REPOSITORY_ROOT } from '../workspace/repository-root.ts';

/** The result of bundling some code for a browser. */
export interface BrowserBundle {
  /** A script that sets the global `bundled` to the code's exports. */
  readonly code: string;
  /** `name (from importer)` of every module of Node that the code imports, sorted. */
  readonly nodeModules: readonly string[];
}

/** The bundled code counts as this file, which does not exist, so that it resolves our packages. */
const SOURCE = `${REPOSITORY_ROOT}/browser-source.ts`;

/**
 * Bundles TypeScript code that imports our packages (from their source) as for a browser. Host
 * libraries such as TensorFlow.js stay external, as in a page that loads them itself.
 * @throws Error when another import cannot be resolved
 */
export async function bundleForBrowser(code: string): Promise<BrowserBundle> {
  const nodeModules: string[] = [];
  const build = await rolldown({
    input: SOURCE,
    cwd: REPOSITORY_ROOT,
    platform: 'browser',
    logLevel: 'silent',
    resolve: { conditionNames: [...BROWSER_CONDITIONS] },
    external: (id) => isHostLibrary(id),
    plugins: [sourceAs(code), refuseNodeModules(nodeModules)],
  });
  try {
    const { output } = await build.generate({
      format: 'iife',
      name: 'bundled',
      codeSplitting: false,
      globals: (id) => id.replace(/\W/g, '_'),
    });
    const [{ code: script, fileName, imports, dynamicImports }] = output;
    // An import() of our own code, which becomes part of this one file, counts as an import of the file.
    const missing = [...imports, ...dynamicImports].filter(
      (id) => id !== fileName && !isHostLibrary(id) && !isBuiltin(id),
    );
    if (missing.length > 0)
      throw new Error(`Cannot be found for a browser: ${missing.join(', ')}.`);
    return { code: script, nodeModules: nodeModules.sort() };
  } finally {
    await build.close();
  }
}

function sourceAs(code: string): Plugin {
  return {
    name: 'source',
    resolveId: (id) => (id === SOURCE ? id : undefined),
    load: (id) => (id === SOURCE ? { code, moduleType: 'ts' } : undefined),
  };
}

/** Records each module of Node and replaces it with nothing, so that one build finds all of them. */
function refuseNodeModules(found: string[]): Plugin {
  return {
    name: 'refuse-node-modules',
    resolveId(id, importer) {
      if (!isBuiltin(id)) return undefined;
      found.push(`${id} (from ${importer?.replace(`${REPOSITORY_ROOT}/`, '') ?? 'the source'})`);
      return { id, external: true };
    },
  };
}

function isHostLibrary(id: string): boolean {
  return HOST_LIBRARIES.some((host) => id === host || id.startsWith(`${host}/`));
}
