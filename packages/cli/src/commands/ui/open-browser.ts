import { spawn } from 'node:child_process';

/** The program of each system that opens an address as a person would. */
const OPENERS: Readonly<Partial<Record<NodeJS.Platform, readonly [string, ...string[]]>>> = {
  darwin: ['open'],
  win32: ['explorer.exe'],
};
const DEFAULT_OPENER: readonly [string, ...string[]] = ['xdg-open'];

/** Opens an address in the person's browser. Returns whether a program for that exists; it does not wait for the browser. */
export function openBrowser(address: string): Promise<boolean> {
  const [program, ...words] = OPENERS[process.platform] ?? DEFAULT_OPENER;
  return new Promise((resolve) => {
    const child = spawn(program, [...words, address], { stdio: 'ignore', detached: true });
    child.once('error', () => resolve(false));
    child.once('spawn', () => {
      child.unref();
      resolve(true);
    });
  });
}
