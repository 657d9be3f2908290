import type { Static } from '@sinclair/typebox'
import type {
  AggregateConfig,
  FigureConfig,
  figureConfigs,
} from '../../../schemas/analysis/aggregate.ts'
import { invalid } from '../../failure.ts'

type Configs = { [Name in keyof typeof figureConfigs]: Static<(typeof figureConfigs)[Name]> }
export type Gathered = Configs['sum']
export type Calculated = Configs['+']
export type Shared = Configs['share']
export type Compared = Configs['growth']

export const figuresField = 'config.aggregation_config'

export function isCalculated(figure: FigureConfig): figure is Calculated {
  return Array.isArray(figure.subject)
}

export function isShared(figure: FigureConfig): figure is Shared {
  return figure.method === 'share'
}

export function isCompared(figure: FigureConfig): figure is Compared {
  return ['previous_ratio', 'growth', 'difference'].includes(figure.method)
}

/** Whether a figure is taken of a sum, which may be too large for a number. */
export function isSummed({ method }: FigureConfig): boolean {
  return method === 'sum' || method === 'mean'
}

/**
 * The numbers of the calculated figures, level by level: those of one need only those of the levels before
 * it. Fails with `invalid` for a name that is there twice, one that is not there, and for a cycle, which
 * is told name by name.
 */
export function calculationLevels(figures: AggregateConfig['aggregation_config']): number[][] {
  const places = placesOf(figures)
  const found = new Map<number, number>()
  const levels: number[][] = []
  const levelOf = (at: number, path: readonly number[]): number => {
    const figure = figures[at] as FigureConfig
    if (!isCalculated(figure)) return -1
    let level = found.get(at) ?? 0
    if (found.has(at)) return level
    for (const [index, operand] of figure.subject.entries()) {
      if (typeof operand !== 'string') continue
      const field = `${figuresField}.${at}.subject.${index}`
      const to = places.get(operand)
      if (to === undefined) {
        throw invalid({ field, rule: 'figure_unknown', name: operand, known: [...places.keys()] })
      }
      if (path.includes(to)) {
        const cycle = [...path.slice(path.indexOf(to)), to]
        const names = cycle.map((each) => (figures[each] as FigureConfig).name)
        throw invalid({ field, rule: 'figure_cycle', path: names.join(' → ') })
      }
      level = Math.max(level, levelOf(to, [...path, to]) + 1)
    }
    found.set(at, level)
    levels[level] = [...(levels[level] ?? []), at]
    return level
  }
  for (const at of figures.keys()) levelOf(at, [at])
  return levels
}

function placesOf(figures: readonly FigureConfig[]): Map<string, number> {
  const places = new Map<string, number>()
  for (const [at, { name }] of figures.entries()) {
    if (places.has(name)) {
      throw invalid({ field: `${figuresField}.${at}.name`, rule: 'figure_twice', name })
    }
    places.set(name, at)
  }
  return places
}

/** A number that is none, as too large for a double, is null. */
export function finite(number: string): string {
  return `case when isfinite(${number}) then ${number} end`
}
