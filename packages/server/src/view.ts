export { type StoreView, storeInView } from './access/store-view.ts';
