import { isBuiltin } from 'node:module';
import { type Plugin, rolldown } from 'rolldown';
import { BROWSER_CONDITIONS, HOST_LIBRARIES } from '../check-boundaries/rules.ts';
import { REPOSITORY_ROOT } from '../workspace/repository-root.ts';

/** What a bundler for browsers makes of some code. */
export interface BrowserBundle {
  /** One script that leaves the code's exports in the global `bundled`. */
  readonly code: string;
  /** `name (from importer)` of every module of Node that was asked for, sorted. */
  readonly nodeModules: readonly string[];
}

/** The code to be bundled counts as this file, which does not exist, so that it finds our packages. */
const SOURCE = `${REPOSITORY_ROOT}/browser-source.ts`;

/**
 * Bundles TypeScript code that imports our packages (from their source) as for a browser. Host
 * libraries such as TensorFlow.js stay outside, as they do in a page that loads them itself.
 * @throws Error when something else that is imported cannot be found
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
    // An import() of our own code, which is in this one file, counts as an import of the file.
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

/** Notes each module of Node and puts nothing in its place, so that all of them are found in one go. */
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
