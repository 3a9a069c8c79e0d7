import { collectGarbage } from '../file/gc/collect-garbage.ts';
import { planGarbage } from '../file/gc/plan-garbage.ts';

/** A process for the crash test of clean-ups: prints when it starts, and can be killed at any moment. */
const [folder] = process.argv.slice(2) as [string];
const plan = await planGarbage(folder);
process.stdout.write('collecting\n');
await collectGarbage(plan, { by: { name: 'gc', authenticated: false } });
process.stdout.write('done\n');
