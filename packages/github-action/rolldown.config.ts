import { defineConfig, type Plugin, type RolldownOptions } from 'rolldown';
import { bundledLicenses } from '../../tools/bundled-licenses/bundled-licenses.ts';

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
  resolve: { conditionNames: ['@tidemark/source', 'node', 'import'] },
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
