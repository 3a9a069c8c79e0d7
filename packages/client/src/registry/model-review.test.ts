import { MemoryStore } from '@tidemark/core';
import { describe, expect, it } from 'vitest';
import {
  approveModelRequest,
  cancelModelRequest,
  commentOnModel,
  createModel,
  currentActor,
  deleteModel,
  describeModel,
  getModelHistory,
  registerModelSource,
  rejectModelRequest,
  renameModel,
  requestModelTransition,
  setModelRules,
  transitionModelStage,
} from '../index.ts';

const PRODUCTION = { kind: 'stage', stage: 'Production' } as const;

async function registered() {
  const store = new MemoryStore();
  await createModel({ store, name: 'p', description: 'birds', tags: { team: 'south' } });
  await registerModelSource({ store, name: 'p', source: 's3://b/1' });
  return store;
}

describe('the review of a model', () => {
  it('is recorded change by change, as done by the user of the program', async () => {
    const store = await registered();
    const at = { store, name: 'p', version: 1 };
    await describeModel({ ...at, description: 'first' });
    await describeModel({ store, name: 'p', description: 'penguins' });
    await commentOnModel({ ...at, text: 'good' });
    const ask = () => requestModelTransition({ ...at, target: PRODUCTION });
    await rejectModelRequest({ store, name: 'p', requestId: (await ask()).requestId });
    await cancelModelRequest({ store, name: 'p', requestId: (await ask()).requestId });
    const { requestId } = await ask();
    expect(await approveModelRequest({ store, name: 'p', requestId })).toMatchObject({
      granted: true,
    });
    await transitionModelStage({ ...at, stage: 'archived' });
    await renameModel({ store, name: 'p', newName: 'q' });
    await deleteModel({ store, name: 'q', version: 1 });
    await deleteModel({ store, name: 'q' });
    const activity = await getModelHistory({ store, name: 'q' });
    expect(activity.map(({ type }) => type)).toEqual([
      'CREATED_MODEL',
      'SET_TAG',
      'CREATED_VERSION',
      'UPDATED_VERSION',
      'UPDATED_MODEL',
      'NEW_COMMENT',
      'REQUESTED_TRANSITION',
      'REJECTED_REQUEST',
      'REQUESTED_TRANSITION',
      'CANCELLED_REQUEST',
      'REQUESTED_TRANSITION',
      'APPROVED_REQUEST',
      'APPLIED_TRANSITION',
      'GRANTED_REQUEST',
      'APPLIED_TRANSITION',
      'RENAMED_MODEL',
      'DELETED_VERSION',
      'DELETED_MODEL',
    ]);
    for (const { by } of activity) expect(by).toEqual(currentActor());
  });

  it('follows the rules of the model', async () => {
    const store = await registered();
    const rules = [{ target: PRODUCTION, approvals: 1 }];
    await setModelRules({ store, name: 'p', rules });
    const at = { store, name: 'p', version: 1 };
    await expect(transitionModelStage({ ...at, stage: 'Production' })).rejects.toMatchObject({
      code: 'TRANSITION_REFUSED',
    });
    const { requestId } = await requestModelTransition({ ...at, target: PRODUCTION });
    await expect(approveModelRequest({ store, name: 'p', requestId })).rejects.toMatchObject({
      code: 'TRANSITION_REFUSED',
    });
  });
});
