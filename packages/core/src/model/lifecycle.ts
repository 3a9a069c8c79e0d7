/** Deleted entities stay readable and can be restored until they are purged. */
export type LifecycleStage = 'active' | 'deleted';
