import type { Selectable } from 'kysely'
import type { ObservationStatus } from './statistics.ts'

export type StatisticsRunTables = {
  /** Every delivery of figures, whether from e-Stat or from a file, and what became of it. */
  sync_runs: {
    id: string
    kind: RunKind
    source_id: string
    /** The day in Japan that it was meant for. */
    scheduled_for: string
    attempt: number
    started_at: string
    /** Null while it is under way. */
    ended_at: string | null
    outcome: RunOutcome | null
    rows_read: number
    rows_added: number
    rows_changed: number
    /** When the source says that it published: a year, a month or a day. */
    published: string
    /** Under which the figures were published; null where they were not. */
    vintage: string | null
    error_code: string | null
    error_message: string | null
    /** The instance of the service that ran it. */
    instance: string
    /** What an administrator decided about figures that were kept back. */
    decision: 'accepted' | 'rejected' | null
    decided_at: string | null
  }
  /** How the sources do that are synced, and who syncs them at the moment. */
  sync_states: {
    source_id: string
    state: SyncState
    since: string
    /** The day in Japan from which on it is expected to succeed every scheduled day. */
    enabled_on: string
    /** The last scheduled day with a run that succeeded. */
    succeeded_on: string | null
    /** The run that is under way; another one has to wait until then. */
    claimed_by: string | null
    claimed_until: string | null
  }
  quality_results: {
    run_id: string
    position: number
    check: string
    severity: 'error' | 'warning' | 'passed'
    scope: string
    observed: string
    expected: string
    failing: number
    /** JSON: up to 20 keys. */
    sample: string
  }
  /** Figures that were kept back, until somebody decides about them. */
  quarantined_figures: {
    run_id: string
    position: number
    indicator: string
    area: string
    period: string
    value: number | null
    mark: string | null
    status: ObservationStatus
    source_id: string
    unit: string | null
  }
}

/** Whether the last day's run went well, failed at every try, or is kept back. */
export type SyncState = 'ok' | 'failing' | 'quarantined'
export type RunKind = 'estat' | 'csv'
export type RunOutcome = 'published' | 'unchanged' | 'quarantined' | 'failed'
export type RunRow = Selectable<StatisticsRunTables['sync_runs']>
