export type PolicyTables = {
  policies: {
    id: string
    name_ja: string
    name_en: string | null
    description: string | null
    indicator: string
    direction: 'up' | 'down'
    target_value: number | null
    target_year: number | null
    starts_on: string
    ends_on: string | null
    /** All areas of this level may be compared with; null where they are named, or not chosen. */
    control_level: 'prefecture' | 'municipality' | 'ward' | null
    budget_yen: number | null
    owner: string | null
    /** JSON: `[{ date, label }]`, in order of time. */
    phases: string
    /** JSON: `[{ title, url }]`. */
    links: string
    version: number
    created_at: string
    updated_at: string
  }
  policy_areas: {
    policy_id: string
    area_code: string
    role: 'treated' | 'control'
    position: number
  }
}
