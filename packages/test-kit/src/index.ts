export { runExample } from './run-example.ts';
export { NO_FIXTURES, sharedFixture } from './shared-fixtures.ts';
export { describeStoreContract, type StoreUnderTest } from './store-contract.ts';
export { temporaryFolder } from './temporary-folder.ts';
