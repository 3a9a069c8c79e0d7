import { defineConfig, type Plugin, type RolldownOptions } from 'rolldown';
import { bundledLicenses } from '../../tools/bundled-licenses/bundled-licenses.ts';

/**
 * Builds the code behind `bin/tidemark.js`: the command and its packages in a few files, with a chunk for each
 * command's own code. Otherwise Node reads 900 modules before a server answers, about a millisecond each. Packages
 * that differ by machine, or are as large as Arrow, stay outside.
 */
const config: RolldownOptions = defineConfig({
  cwd: import.meta.dirname,
  input: 'src/main.ts',
  platform: 'node',
  tsconfig: false,
  external: ['@duckdb/node-api', 'apache-arrow'],
  resolve: { conditionNames: ['@tidemark/source', 'node', 'import'] },
  plugins: [writeLicenses()],
  output: {
    dir: 'dist/bundle',
    format: 'esm',
    minify: false,
    sourcemap: false,
    cleanDir: true,
    chunkFileNames: '[name]-[hash].js',
    comments: { legal: true, annotation: false, jsdoc: false },
  },
});
export default config;

/** Writes the licences of the bundled packages next to the bundle. */
function writeLicenses(): Plugin {
  return {
    name: 'licenses',
    generateBundle(_, bundle) {
      const modules = Object.values(bundle).flatMap((file) =>
        file.type === 'chunk' ? Object.keys(file.modules) : [],
      );
      this.emitFile({ type: 'asset', fileName: 'licenses.txt', source: bundledLicenses(modules) });
    },
  };
}
