/** What every area shares. */
export type SystemTables = {
  audit_log: {
    id: string
    /** Null for those who were not signed in, and for the service itself. */
    actor_id: string | null
    action: string
    subject_id: string | null
    /** JSON. */
    changes: string
    ip: string | null
    user_agent: string | null
    request_id: string
    created_at: string
    /** The row's place in the chain; the three are null until the chain has taken it up. */
    seq: number | null
    previous_hash: string | null
    hash: string | null
  }
  /** One row: how long the chain of the audit log is and where it ends, signed. */
  audit_heads: {
    id: number
    length: number
    hash: string
    signature: string
    updated_at: string
  }
  idempotency_keys: {
    /** The user, or the address of somebody without one. */
    scope: string
    key: string
    fingerprint: string
    claimed_by: string
    subject_id: string | null
    /** The answer, encrypted; null until it was given. */
    response: string | null
    created_at: string
  }
  /** Files on their way into the storage, until what they are is written down. */
  incoming_files: {
    key: string
    created_at: string
  }
  /** Rows that transactions lock to go one after the other: see db/hold.ts. */
  holds: {
    name: string
    count: number
  }
  jobs: {
    id: string
    kind: string
    /** JSON. */
    payload: string
    /** A job of a key that is there already is not enqueued again. */
    key: string | null
    attempts: number
    max_attempts: number
    run_at: string
    started_at: string | null
    /** Until when the instance that runs it has promised to say that it still does. */
    locked_until: string | null
    finished_at: string | null
    /** When it was given up: a dead letter. */
    failed_at: string | null
    last_error: string | null
    /** The trace of the request that asked for it. */
    traceparent: string | null
    created_at: string
  }
  schedules: {
    name: string
    /** The latest time for which the job was enqueued. */
    last_slot: string
  }
  /** How requests of an area went, and how jobs ended, in a stretch of time: see src/system/levels.ts. */
  service_levels: LevelCounts & {
    /** How long the stretch is: 300 and 3600 for what happened lately, 86400 for what is kept. */
    seconds: number
    starts_at: string
    /** Of requests; besides, `jobs`, and `up` whose requests are minutes. */
    area: string
    /** The day in Japan. */
    day: string
  }
  /** Minutes in which some instance was ready. */
  service_minutes: {
    minute: string
  }
}

/** Sums, and among them how many took up to so many milliseconds and longer than the step before. */
export type LevelCounts = {
  requests: number
  failures: number
  within_5: number
  within_10: number
  within_25: number
  within_50: number
  within_100: number
  within_200: number
  within_500: number
  within_1000: number
  within_2500: number
  within_10000: number
  slower: number
}
