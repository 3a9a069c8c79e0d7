import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { defineConfig, type Plugin, type RolldownOptions } from 'rolldown';
import { bundledLicenses } from '../../tools/bundled-licenses/bundled-licenses.ts';

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
  plugins: [bundleExtras()],
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
