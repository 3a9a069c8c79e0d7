import { main } from '../main.ts';

// What bin/tidemark.js does for what is built.
await main();
