export type KpiTables = {
  kpis: {
    id: string
    name_ja: string
    name_en: string | null
    description: string | null
    category: string
    /** Code of an indicator, or a measure of population such as `share`. */
    indicator: string
    area_code: string
    direction: 'up' | 'down' | null
    target_value: number | null
    target_year: number | null
    /** How far it may miss, in the unit of the figure, before its status is bad. */
    tolerance: number
    position: number
    version: number
    created_at: string
    updated_at: string
  }
}
