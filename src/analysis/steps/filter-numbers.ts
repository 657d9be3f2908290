import type { Static } from '@sinclair/typebox'
import type { numericFilters } from '../../../schemas/analysis/filter.ts'
import { invalid } from '../../failure.ts'
import type { Binder } from './sql.ts'

type Filters = { [Name in keyof typeof numericFilters]: Static<(typeof numericFilters)[Name]> }
export type NumericFilter = Filters[keyof Filters]

const field = 'config.numeric_filter'

/** The common table `g` of the rows of `f` that pass. */
export function numericStage(binder: Binder, filter: NumericFilter | object): string {
  if (!isOn(filter)) return 'g as (select * from f)'
  if (filter.filter_type === 'topk') return topStage(binder, filter)
  if (filter.filter_type === 'percentage') return percentageStage(binder, filter)
  const conditions = limitsOf(filter).map(
    ([operator, value]) => `v ${operator} ${binder.number(value)}`,
  )
  if (conditions.length === 0) return 'g as (select * from f)'
  return `g as (select * from f where v is null or (${conditions.join(' and ')}))`
}

function isOn(filter: NumericFilter | object): filter is NumericFilter {
  return 'filter_type' in filter
}

function limitsOf(filter: Filters['range']): [string, number][] {
  const { min_value = null, max_value = null, include_min = true, include_max = true } = filter
  const { enable_min = min_value !== null, enable_max = max_value !== null } = filter
  if (enable_min && min_value === null) {
    throw invalid({ field: `${field}.min_value`, rule: 'required' })
  }
  if (enable_max && max_value === null) {
    throw invalid({ field: `${field}.max_value`, rule: 'required' })
  }
  const [min, max] = [enable_min ? min_value : null, enable_max ? max_value : null]
  if (min !== null && max !== null && min > max) {
    throw invalid({ field: `${field}.max_value`, rule: 'step_range_order', min })
  }
  return [
    ...(min === null ? [] : [[include_min ? '>=' : '>', min] as [string, number]]),
    ...(max === null ? [] : [[include_max ? '<=' : '<', max] as [string, number]]),
  ]
}

/** Of equal numbers the first rows count. */
function topStage(binder: Binder, { k_value, ascending = false }: Filters['topk']): string {
  return `g as (select * from (
      select *, row_number() over (order by v ${ascending ? 'asc' : 'desc'}, n) as r
      from f where v is not null
    ) where r <= ${binder.number(k_value)})`
}

/** Quantiles as numpy's default has them: at (count − 1) × p, between two numbers linearly. */
function percentageStage(
  binder: Binder,
  { min_percentile, max_percentile }: Filters['percentage'],
): string {
  if (min_percentile > max_percentile) {
    const min = min_percentile
    throw invalid({ field: `${field}.max_percentile`, rule: 'step_range_order', min })
  }
  const at = (percentile: number) => `(${binder.number(percentile)} * last / 100)`
  const [low, high] = [at(min_percentile), at(max_percentile)]
  return `ranked as (
      select *, row_number() over (order by v) - 1 as r, count(*) over () - 1 as last
      from f where v is not null
    ), quantiles as (select ${quantile(low)} as low, ${quantile(high)} as high from ranked),
    g as (select ranked.* from ranked, quantiles where v >= low and v <= high)`
}

function quantile(at: string): string {
  const value = (edge: string) => `max(v) filter (where r = ${edge}(${at}))`
  const share = `max(${at} - floor(${at}))`
  return `case when ${share} = 0 then ${value('floor')}
    else ${value('floor')} + (${value('ceil')} - ${value('floor')}) * ${share} end`
}
