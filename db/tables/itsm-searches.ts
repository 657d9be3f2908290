export type ItsmSearchTables = {
  /** Lists of incidents that somebody keeps. */
  incident_searches: {
    id: string
    user_id: string
    name: string
    /** As it is compared: unique among those of one user. */
    name_key: string
    /** JSON: the filters of the list. */
    query: string
    shared: 0 | 1
    version: number
    created_at: string
    updated_at: string
  }
}
