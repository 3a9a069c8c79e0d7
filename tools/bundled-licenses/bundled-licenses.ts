import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The licence texts of the packages of `modules`, sorted by package. */
export function bundledLicenses(modules: readonly string[]): string {
  const folders = new Set(modules.flatMap((module) => packageFolder(module) ?? []));
  const texts = [...folders].map((folder) => {
    const manifest: unknown = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    const { name, version, license } = manifest as Record<string, string>;
    const file = readdirSync(folder)
      .sort()
      .find((entry) => /^licen[cs]e/i.test(entry));
    if (file === undefined && isNamedInReadme(name)) return `${name} ${version} (${license})\n`;
    if (file === undefined)
      throw new Error(`${name} has no licence file. Find out what its licence requires.`);
    const text = readFileSync(join(folder, file), 'utf8').replaceAll('\r\n', '\n').trim();
    return `${name} ${version} (${license})\n\n${text}\n`;
  });
  return texts.sort().join(`\n${'-'.repeat(80)}\n\n`);
}

/** Whether a package names its licence in the manifest and the readme, and has no text of it. */
function isNamedInReadme(name: string | undefined): boolean {
  return name === 'abstract-logging';
}

/** The folder of the installed package that a module belongs to; `undefined` for our own. */
function packageFolder(module: string): string | undefined {
  const path = module.replaceAll('\\', '/').replace(/^\0/, '');
  return /^(.*\/node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1];
}
