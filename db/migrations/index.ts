import type { Migration } from 'kysely'
import * as m0101 from './0101-idempotency-keys.ts'
import * as m0102 from './0102-holds.ts'
import * as m0103 from './0103-incoming-files.ts'
import * as m1001 from './1001-users.ts'
import * as m1002 from './1002-sessions.ts'
import * as m1003 from './1003-api-tokens-and-password-resets.ts'
import * as m1004 from './1004-user-settings.ts'
import * as m1005 from './1005-audit-log.ts'
import * as m1101 from './1101-items.ts'
import * as m1102 from './1102-uploads.ts'
import * as m1103 from './1103-realtime.ts'
import * as m1104 from './1104-resumable-uploads.ts'
import * as m2001 from './2001-submissions.ts'
import * as m2002 from './2002-document-types.ts'
import * as m2003 from './2003-drive-deliveries.ts'
import * as m3001 from './3001-statistics.ts'
import * as m3002 from './3002-kpis.ts'
import * as m3003 from './3003-policies.ts'
import * as m3004 from './3004-statistics-runs.ts'
import * as m3005 from './3005-statistics-sync.ts'
import * as m4001 from './4001-teams-and-cis.ts'
import * as m4002 from './4002-incidents.ts'
import * as m4003 from './4003-sla.ts'
import * as m4004 from './4004-problems.ts'
import * as m4005 from './4005-changes.ts'
import * as m4006 from './4006-change-tasks-and-templates.ts'
import * as m4007 from './4007-cab.ts'
import * as m4008 from './4008-change-windows.ts'
import * as m4010 from './4010-itsm-settings.ts'
import * as m4011 from './4011-incident-lists.ts'
import * as m4012 from './4012-incident-imports.ts'
import * as m4013 from './4013-known-errors.ts'
import * as m4014 from './4014-webhooks.ts'
import * as m4015 from './4015-metrics-indexes.ts'
import * as m5001 from './5001-projects.ts'
import * as m5002 from './5002-project-activity.ts'
import * as m5101 from './5101-analysis.ts'
import * as m5102 from './5102-analysis-templates.ts'
import * as m5103 from './5103-analysis-repeated-keys.ts'
import * as m5201 from './5201-driver-trees.ts'
import * as m6001 from './6001-jobs.ts'
import * as m6002 from './6002-service-levels.ts'
import * as m6003 from './6003-job-traces.ts'
import * as m6004 from './6004-known-error-search.ts'

/** Listed rather than globbed, so that a build, a bundle and a test all run the same ones. */
export const migrations: Record<string, Migration> = {
  '0101-idempotency-keys': m0101,
  '0102-holds': m0102,
  '0103-incoming-files': m0103,
  '1001-users': m1001,
  '1002-sessions': m1002,
  '1003-api-tokens-and-password-resets': m1003,
  '1004-user-settings': m1004,
  '1005-audit-log': m1005,
  '1101-items': m1101,
  '1102-uploads': m1102,
  '1103-realtime': m1103,
  '1104-resumable-uploads': m1104,
  '2001-submissions': m2001,
  '2002-document-types': m2002,
  '2003-drive-deliveries': m2003,
  '3001-statistics': m3001,
  '3002-kpis': m3002,
  '3003-policies': m3003,
  '3004-statistics-runs': m3004,
  '3005-statistics-sync': m3005,
  '4001-teams-and-cis': m4001,
  '4002-incidents': m4002,
  '4003-sla': m4003,
  '4004-problems': m4004,
  '4005-changes': m4005,
  '4006-change-tasks-and-templates': m4006,
  '4007-cab': m4007,
  '4008-change-windows': m4008,
  '4010-itsm-settings': m4010,
  '4011-incident-lists': m4011,
  '4012-incident-imports': m4012,
  '4013-known-errors': m4013,
  '4014-webhooks': m4014,
  '4015-metrics-indexes': m4015,
  '5001-projects': m5001,
  '5002-project-activity': m5002,
  '5101-analysis': m5101,
  '5102-analysis-templates': m5102,
  '5103-analysis-repeated-keys': m5103,
  '5201-driver-trees': m5201,
  '6001-jobs': m6001,
  '6002-service-levels': m6002,
  '6003-job-traces': m6003,
  '6004-known-error-search': m6004,
}
