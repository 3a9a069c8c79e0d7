import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { defineConfig, type Plugin, type RolldownOptions } from 'rolldown';

/**
 * The bundle that GitHub runs: one ES module with everything in it, from the sources of our own
 * packages. Not minified, so that what a change does to it can be read in its review.
 */
const config: RolldownOptions = defineConfig({
  cwd: import.meta.dirname,
  input: 'src/index.ts',
  platform: 'node',
  tsconfig: false,
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
      emit('licenses.txt', licenses(modules));
      emit('package.json', '{ "type": "module" }\n');
    },
  };
}

/** The licence texts of the packages that modules come from, sorted by package. */
function licenses(modules: readonly string[]): string {
  const folders = new Set(modules.flatMap((module) => packageFolder(module) ?? []));
  const texts = [...folders].map((folder) => {
    const manifest: unknown = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    const { name, version, license } = manifest as Record<string, string>;
    const file = readdirSync(folder)
      .sort()
      .find((entry) => /^licen[cs]e/i.test(entry));
    if (file === undefined) throw new Error(`${name} has no licence file; look what it asks for.`);
    const text = readFileSync(join(folder, file), 'utf8').replaceAll('\r\n', '\n').trim();
    return `${name} ${version} (${license})\n\n${text}\n`;
  });
  return texts.sort().join(`\n${'-'.repeat(80)}\n\n`);
}

/** The folder of the installed package that a module belongs to; `undefined` for our own. */
function packageFolder(module: string): string | undefined {
  const path = module.replaceAll('\\', '/').replace(/^\0/, '');
  return /^(.*\/node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1];
}
