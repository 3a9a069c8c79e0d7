import { main } from '../main.ts';

// The source counterpart of bin/tidemark.js.
await main();
