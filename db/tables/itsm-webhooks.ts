export type WebhookTables = {
  itsm_webhooks: {
    id: string
    name: string
    url: string
    /** JSON: `ItsmEvent[]`, or `["*"]`. */
    events: string
    active: 0 | 1
    /** Why the service itself has deactivated it. */
    stopped_reason: 'gone' | 'failing' | null
    sealed_secret: string
    /** The secret before, which signs as well until `old_secret_until`. */
    sealed_old_secret: string | null
    old_secret_until: string | null
    /** Since when nothing has come through; null when the last call did. */
    failing_since: string | null
    created_by: string | null
    version: number
    created_at: string
    updated_at: string
  }
  itsm_deliveries: {
    id: string
    webhook_id: string
    event: string
    /** JSON: what is posted, each time the same. */
    body: string
    state: 'pending' | 'delivered' | 'failed'
    attempts: number
    last_status: number | null
    last_error: string | null
    last_attempt_at: string | null
    next_attempt_at: string | null
    /** When it was delivered or given up. */
    finished_at: string | null
    created_at: string
  }
}
