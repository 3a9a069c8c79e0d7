import { defineConfig, type Plugin, type RolldownOptions } from 'rolldown';
import { bundledLicenses } from '../../tools/bundled-licenses/bundled-licenses.ts';

/**
 * What `bin/tidemark.js` runs: the command with all that it uses in a few files, a chunk for what each
 * command loads by itself. Node takes about a millisecond for each of the 900 modules that are read
 * otherwise before a server answers. What has parts for each machine, or is as large as Arrow, stays outside.
 */
const config: RolldownOptions = defineConfig({
  cwd: import.meta.dirname,
  input: 'src/main.ts',
  platform: 'node',
  tsconfig: false,
  external: ['@duckdb/node-api', 'apache-arrow'],
  resolve: { conditionNames: ['@tidemark/source', 'node', 'import'] },
  plugins: [licensesBeside()],
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

/** Writes the licences of the packages whose code is in the bundle next to it. */
function licensesBeside(): Plugin {
  return {
    name: 'licenses-beside',
    generateBundle(_, bundle) {
      const modules = Object.values(bundle).flatMap((file) =>
        file.type === 'chunk' ? Object.keys(file.modules) : [],
      );
      this.emitFile({ type: 'asset', fileName: 'licenses.txt', source: bundledLicenses(modules) });
    },
  };
}
