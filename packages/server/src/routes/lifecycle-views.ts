import type { LifecycleView } from '@tidemark/core';
import type { ViewType } from '@tidemark/mlflow';

/** MLflow's view types as those of a search. */
export const LIFECYCLE_VIEWS: Readonly<Record<ViewType, LifecycleView>> = {
  ACTIVE_ONLY: 'active',
  DELETED_ONLY: 'deleted',
  ALL: 'all',
};
