import type { HelpSection } from '../command-definition.ts';
import { ARTIFACTS } from './artifacts/group.ts';
import { AUTH } from './auth/group.ts';
import { complete } from './completion/complete.ts';
import { completion } from './completion/completion.ts';
import { DELTA } from './delta/group.ts';
import { doctor } from './doctor/doctor.ts';
import { EXPERIMENTS } from './experiments/group.ts';
import { exportToAddress } from './export/export.ts';
import { gc } from './gc/gc.ts';
import { IMPORT } from './import/group.ts';
import { lineage } from './lineage/lineage.ts';
import { merge } from './merge/merge.ts';
import { MODELS } from './models/group.ts';
import { PURGE } from './purge/group.ts';
import { RUNS } from './runs/group.ts';
import { seal } from './seal/seal.ts';
import { server } from './server/server.ts';
import { answerSql } from './server/sql/answer.ts';
import { sql } from './sql/sql.ts';
import { sync } from './sync/sync.ts';
import { ui } from './ui/ui.ts';

/** All commands of `tidemark`. Each has a folder next to this file. */
export const HELP_PAGE: readonly HelpSection[] = [
  { title: 'Runs and their files:', commands: [RUNS, EXPERIMENTS, ARTIFACTS] },
  { title: 'Models:', commands: [MODELS, lineage] },
  { title: 'Questions:', commands: [sql, seal, DELTA] },
  { title: 'Copies between stores:', commands: [IMPORT, exportToAddress, sync, merge] },
  { title: 'Server:', commands: [ui, server, AUTH, answerSql] },
  { title: 'Maintenance:', commands: [PURGE, gc, doctor] },
  { title: 'Shell:', commands: [completion, complete] },
];
