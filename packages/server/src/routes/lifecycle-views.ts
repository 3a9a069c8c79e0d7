import type { LifecycleView } from '@tidemark/core';
import type { ViewType } from '@tidemark/mlflow';

/** MLflow's view types, and the view of a search that each stands for. */
export const LIFECYCLE_VIEWS: Readonly<Record<ViewType, LifecycleView>> = {
  ACTIVE_ONLY: 'active',
  DELETED_ONLY: 'deleted',
  ALL: 'all',
};
