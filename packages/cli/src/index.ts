export { EXIT, runCli } from './cli.ts';
export { processTerminal, type Terminal } from './terminal.ts';
