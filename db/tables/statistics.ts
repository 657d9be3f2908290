import type { Generated, Selectable } from 'kysely'

export type StatisticsTables = {
  stat_sources: {
    id: string
    name_ja: string
    name_en: string
    /** The sentence to show wherever figures of this source are. */
    credit: string
    url: string
    /** Since when newer figures of it could not be had; null while they are as they should be. */
    stale_since: Generated<string | null>
  }
  /** When the figures that a source published as one vintage were read. */
  stat_editions: { source_id: string; vintage: string; retrieved_at: string }
  areas: {
    /** Five digits: JIS X 0401 and 0402. */
    code: string
    level: AreaLevel
    parent_code: string | null
    name_ja: string
    name_en: string | null
    region_ja: string | null
    latitude: number | null
    longitude: number | null
    /** From this day on it is another area: see `successor_code`. */
    valid_until: string | null
    successor_code: string | null
  }
  indicators: {
    code: string
    name_ja: string
    name_en: string
    unit: string
    kind: IndicatorKind
    category: string
    aggregation: 'sum' | 'none'
    decimals: number
    family: string | null
    /** How it is worked out of others; null for what is observed. */
    formula: string | null
    /** Whether more of it is better for those who live there; null where that cannot be said. */
    direction: 'up' | 'down' | null
    position: number
  }
  periods: {
    /** e-Stat's time code. */
    code: string
    type: PeriodType
    label: string
    year: number
    starts_on: string
    ends_on: string
  }
  /** What marks like `***` mean in the tables of a source. */
  mark_legends: { source_id: string; mark: string; meaning: string }
  observations: {
    indicator: string
    area: string
    period: string
    /** When the figure was published: a year, a month or a day, as exactly as that is known. */
    vintage: string
    /** The vintage that took its place; null for the one that holds. */
    superseded: string | null
    value: number | null
    mark: string | null
    status: ObservationStatus
    source_id: string
  }
  /** What there is of an indicator, counted when it changes rather than when somebody asks. */
  indicator_facts: {
    indicator: string
    level: AreaLevel
    source_id: string
    areas: number
    figures: number
    first_year: number
    last_year: number
    /** The newest one. */
    vintage: string
  }
  statistics_state: {
    id: number
    /** Grows with every change of figures: part of each tag and cache key. */
    version: number
    seed: string
    changed_at: string
  }
}

export type AreaLevel = 'nation' | 'prefecture' | 'municipality' | 'ward'
export type IndicatorKind = 'count' | 'rate' | 'share' | 'value'
export type PeriodType = 'year' | 'fiscal_year' | 'quarter' | 'month' | 'date'
export type ObservationStatus =
  | 'final'
  | 'provisional'
  | 'revised'
  | 'estimated'
  | 'projected'
  | 'suppressed'
  | 'missing'

export type AreaRow = Selectable<StatisticsTables['areas']>
export type IndicatorRow = Selectable<StatisticsTables['indicators']>
