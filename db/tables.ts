import type { Kysely, Transaction } from 'kysely'
import type { AccountTables } from './tables/accounts.ts'
import type { AnalysisTables, AnalysisTemplateTables } from './tables/analysis.ts'
import type { DriverTreeTables } from './tables/driver-tree.ts'
import type { ItemTables } from './tables/items.ts'
import type { ItsmTables } from './tables/itsm.ts'
import type { ItsmCabTables } from './tables/itsm-cab.ts'
import type { ChangeTables } from './tables/itsm-changes.ts'
import type { ItsmImportTables } from './tables/itsm-imports.ts'
import type { ItsmProblemTables } from './tables/itsm-problems.ts'
import type { ItsmSearchTables } from './tables/itsm-searches.ts'
import type { ItsmSettingsTables } from './tables/itsm-settings.ts'
import type { SlaTables } from './tables/itsm-sla.ts'
import type { WebhookTables } from './tables/itsm-webhooks.ts'
import type { ProjectTables } from './tables/projects.ts'
import type { RealtimeTables } from './tables/realtime.ts'
import type { ResumableUploadTables } from './tables/resumable-uploads.ts'
import type { StatisticsTables } from './tables/statistics.ts'
import type { KpiTables } from './tables/statistics-kpis.ts'
import type { PolicyTables } from './tables/statistics-policies.ts'
import type { StatisticsRunTables } from './tables/statistics-runs.ts'
import type { SubmissionTables } from './tables/submissions.ts'
import type { SystemTables } from './tables/system.ts'
import type { UploadTables } from './tables/uploads.ts'

/**
 * Rows as they are stored, in the words of the wire. Only strings, numbers and null cross the
 * driver, on both engines: ids are UUIDv7, times ISO 8601 in UTC, JSON is text. The database makes
 * up no values; functions pass them in.
 */
export type Tables = AccountTables &
  ItemTables &
  ItsmTables &
  ItsmProblemTables &
  SlaTables &
  ItsmImportTables &
  ItsmSearchTables &
  ItsmSettingsTables &
  ItsmCabTables &
  ChangeTables &
  StatisticsTables &
  StatisticsRunTables &
  KpiTables &
  PolicyTables &
  RealtimeTables &
  ProjectTables &
  AnalysisTables &
  AnalysisTemplateTables &
  DriverTreeTables &
  SubmissionTables &
  SystemTables &
  UploadTables &
  WebhookTables &
  ResumableUploadTables

/** What a function needs to read or write: the pool or a transaction alike. */
export type Db = Kysely<Tables>

/** What a function needs that is only right as part of a larger change. */
export type Trx = Transaction<Tables>
