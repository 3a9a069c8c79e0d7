import { sealAndRead } from './lake.ts';

await sealAndRead();
