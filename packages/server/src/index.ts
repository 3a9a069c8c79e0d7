export {
  type AccessControl,
  type AccessTarget,
  type Caller,
  openAccess,
  type Role,
} from './access.ts';
export type { AppOptions } from './app.ts';
export type { ChangeEvent, ChangeFact, ChangeListener } from './change-event.ts';
export { createServer, type ListenOptions, type TidemarkServer } from './server.ts';
