import { defineConfig, type Plugin, type RolldownOptions } from 'rolldown';
import { bundledLicenses } from '../../tools/bundled-licenses/bundled-licenses.ts';

/**
 * The bundle that GitHub runs: one ES module with everything in it, from the sources of our own
 * packages. Not minified, so that what a change does to it can be read in its review.
 */
const config: RolldownOptions = defineConfig({
  cwd: import.meta.dirname,
  input: 'src/index.ts',
  platform: 'node',
  tsconfig: false,
  // Running programs, which @actions/core brings along and the gate never does.
  treeshake: { moduleSideEffects: [{ test: /@actions\/(?:exec|io)\//, sideEffects: false }] },
  resolve: { conditionNames: ['@tidemark/source', 'node', 'import'] },
  plugins: [bundleExtras()],
  output: {
    dir: 'dist',
    format: 'esm',
    codeSplitting: false,
    minify: false,
    sourcemap: false,
    // Doc comments are a tenth of it, and are read in the sources; licences stay.
    comments: { legal: true, annotation: false, jsdoc: false },
  },
});
export default config;

/**
 * Puts two files beside the bundle: the licences of the packages whose code is in it, and a manifest
 * that makes it an ES module wherever the folder is copied to.
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
