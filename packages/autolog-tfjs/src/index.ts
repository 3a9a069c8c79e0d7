export { type Autolog, autolog } from './autolog.ts';
export type { AutologOptions, AutologStage } from './options.ts';
export type { TfjsHost } from './tfjs-types.ts';
