import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { defineConfig, type Plugin, type RolldownOptions } from 'rolldown';
import { bundledLicenses } from '../../tools/bundled-licenses/bundled-licenses.ts';

const UNDICI = dirname(createRequire(import.meta.url).resolve('undici/package.json'));
const YAML = dirname(createRequire(import.meta.url).resolve('yaml/package.json'));

/**
 * The bundle that GitHub runs: one ES module with everything in it, built from the sources of this repository's
 * packages. It is not minified, so that a reviewer can read what a change does to it.
 */
const config: RolldownOptions = defineConfig({
  cwd: import.meta.dirname,
  input: 'src/index.ts',
  platform: 'node',
  tsconfig: false,
  // Code of @actions/core that runs programs, which the gate never does.
  treeshake: { moduleSideEffects: [{ test: /@actions\/(?:exec|io)\//, sideEffects: false }] },
  resolve: {
    conditionNames: ['@tidemark/source', 'node', 'import'],
    // What Node gets of yaml is CommonJS, from which nothing can be left out. Its ES modules have the same sources.
    alias: { yaml: join(YAML, 'browser', 'index.js') },
  },
  plugins: [partOfUndici(), bundleExtras()],
  output: {
    dir: 'dist',
    format: 'esm',
    codeSplitting: false,
    minify: false,
    sourcemap: false,
    // Doc comments would be a tenth of the bundle, and are read in the sources; licences stay.
    comments: { legal: true, annotation: false, jsdoc: false },
  },
});
export default config;

/**
 * Writes two files next to the bundle: the licences of the packages whose code is in it, and a manifest
 * that makes it an ES module wherever the folder is copied.
 */
function bundleExtras(): Plugin {
  return {
    name: 'bundle-extras',
    generateBundle(_, bundle) {
      const modules = Object.values(bundle).flatMap((file) =>
        file.type === 'chunk' ? Object.keys(file.modules) : [],
      );
      const emit = (fileName: string, source: string): void => {
        this.emitFile({ type: 'asset', fileName, source });
      };
      emit('licenses.txt', bundledLicenses(modules));
      emit('package.json', '{ "type": "module" }\n');
    },
  };
}

/**
 * Replaces the entry of undici, which GitHub's toolkit brings, by what the toolkit uses of it. The entry loads its mocks,
 * web sockets, event sources and caches too, and nothing can be left out of CommonJS.
 */
function partOfUndici(): Plugin {
  const id = '\0part-of-undici';
  const file = (name: string): string => JSON.stringify(join(UNDICI, 'lib', name));
  return {
    name: 'part-of-undici',
    resolveId: (source) => (source === 'undici' ? id : undefined),
    load: (loaded) =>
      loaded === id
        ? [
            `import fetching from ${file('web/fetch/index.js')};`,
            `export { default as ProxyAgent } from ${file('dispatcher/proxy-agent.js')};`,
            'export const { fetch } = fetching;',
          ].join('\n')
        : undefined,
  };
}
