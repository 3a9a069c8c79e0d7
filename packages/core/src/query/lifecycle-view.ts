import type { LifecycleStage } from '../model/lifecycle.ts';

/** Whether a search shows what is live (the default), what is deleted, or both. */
export type LifecycleView = LifecycleStage | 'all';

/** Whether the view shows the item. */
export function isInView(
  view: LifecycleView,
): (item: { readonly lifecycleStage: LifecycleStage }) => boolean {
  return ({ lifecycleStage }) => view === 'all' || lifecycleStage === view;
}
