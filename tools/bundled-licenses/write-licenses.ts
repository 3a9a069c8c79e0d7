import type { Plugin } from 'rolldown';
import { bundledLicenses } from './bundled-licenses.ts';

/** Writes `licenses.txt` next to a bundle: the licences of the packages whose code is in it. */
export function writeLicenses(): Plugin {
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
