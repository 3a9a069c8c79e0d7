import { browserPlatform } from './browser-platform.ts';
import { type Client, createClient } from './client.ts';

const client: Client = createClient(browserPlatform());

/** {@inheritDoc Client.openStore} */
export const openStore: Client['openStore'] = client.openStore;
/** {@inheritDoc StartRun} */
export const startRun: Client['startRun'] = client.startRun;
/** {@inheritDoc Client.activeRun} */
export const activeRun: Client['activeRun'] = client.activeRun;
/** {@inheritDoc Client.lastRun} */
export const lastRun: Client['lastRun'] = client.lastRun;
/** {@inheritDoc Client.recordDatasetRead} */
export const recordDatasetRead: Client['recordDatasetRead'] = client.recordDatasetRead;
/** {@inheritDoc Client.registerModel} */
export const registerModel: Client['registerModel'] = client.registerModel;
/** {@inheritDoc Client.setModelAlias} */
export const setModelAlias: Client['setModelAlias'] = client.setModelAlias;
/** {@inheritDoc Client.deleteModelAlias} */
export const deleteModelAlias: Client['deleteModelAlias'] = client.deleteModelAlias;
/** {@inheritDoc Client.setModelTag} */
export const setModelTag: Client['setModelTag'] = client.setModelTag;
/** {@inheritDoc Client.deleteModelTag} */
export const deleteModelTag: Client['deleteModelTag'] = client.deleteModelTag;
/** {@inheritDoc Client.openModel} */
export const openModel: Client['openModel'] = client.openModel;
/** {@inheritDoc Client.currentActor} */
export const currentActor: Client['currentActor'] = client.currentActor;

export { ActiveRun } from './active-run.ts';
export type {
  Client,
  ModelAliasOptions,
  ModelTagOptions,
  RegisterModelOptions,
  StartRun,
} from './client.ts';
export type { ImageInput, PixelImage } from './image-input.ts';
export type { ModelDraft, ModelFile, ModelIds } from './log-model.ts';
export { type ModelAddress, parseModelAddress } from './model-address.ts';
export type { ModelFiles } from './open-model.ts';
export type { OpenStoreOptions } from './platform.ts';
export type { StartRunOptions } from './start-run.ts';
export type { TableInput } from './table-input.ts';
