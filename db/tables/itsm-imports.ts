export type ImportState = 'waiting' | 'running' | 'done' | 'failed' | 'cancelled'

/** Incidents on their way in from another system. */
export type ItsmImportTables = {
  incident_imports: {
    id: string
    state: ImportState
    dry_run: 0 | 1
    file_name: string
    /** Where the files are in the storage; null once they are removed. */
    file_key: string | null
    events_key: string | null
    /** JSON: how the files are to be read. */
    options: string
    /** JSON: the fields that the file has columns for; null until its first line was read. */
    fields: string | null
    /** JSON: the columns that nobody asked for. */
    ignored_columns: string
    /** Records behind which all is written down: where a broken run goes on. */
    rows_read: number
    rows_done: 0 | 1
    imported: number
    skipped: number
    refused: number
    events_read: number
    events_done: 0 | 1
    events_imported: number
    events_skipped: number
    events_refused: number
    unknown_people: number
    unknown_teams: number
    /** JSON: the first of what was wrong. */
    errors: string
    created_by: string
    created_at: string
    started_at: string | null
    cancelled_at: string | null
    finished_at: string | null
  }
  /** Incidents whose past is still to be written, and whose clocks are to be set. */
  incident_import_pending: {
    import_id: string
    incident_id: string
    /** Whether this import made it. */
    is_new: 0 | 1
    /** Whether the file says nothing of its state, so that its events do. */
    state_by_events: 0 | 1
  }
  /** What a file of events says, until it can be put in order. */
  incident_import_events: {
    import_id: string
    incident_id: string
    /** The record of the file that it was. */
    seq: number
    field: string
    /** JSON. */
    old_value: string | null
    new_value: string | null
    changed_by: string | null
    changed_at: string
  }
}
