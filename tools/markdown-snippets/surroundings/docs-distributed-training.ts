import { openStore, type Store, startRun } from '@tidemark/client';

// What a worker was handed by the owner of a run.
declare global {
  var store: Store;
  var runId: string;
  var step: number;
}

globalThis.store = await openStore('memory:');
globalThis.runId = await new Promise<string>((resolve, reject) => {
  const trainOn = new Promise<void>(() => {});
  startRun({ store: globalThis.store }, (run) => {
    resolve(run.runId);
    return trainOn;
  }).catch(reject);
});
globalThis.step = 1;
