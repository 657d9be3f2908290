import type { Migration } from 'kysely'
import * as m0101 from './0101-idempotency-keys.ts'
import * as m0102 from './0102-holds.ts'
import * as m1001 from './1001-users.ts'
import * as m1002 from './1002-sessions.ts'
import * as m1003 from './1003-api-tokens-and-password-resets.ts'
import * as m1004 from './1004-user-settings.ts'
import * as m1005 from './1005-audit-log.ts'
import * as m6001 from './6001-jobs.ts'

/** Listed rather than globbed, so that a build, a bundle and a test all run the same ones. */
export const migrations: Record<string, Migration> = {
  '0101-idempotency-keys': m0101,
  '0102-holds': m0102,
  '1001-users': m1001,
  '1002-sessions': m1002,
  '1003-api-tokens-and-password-resets': m1003,
  '1004-user-settings': m1004,
  '1005-audit-log': m1005,
  '6001-jobs': m6001,
}
