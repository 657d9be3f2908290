import { smoothingMinimum } from './smoothing.ts'

/** Steps in a cycle: 1 for yearly figures, 4 for quarters, 12 for months. */
export type Season = 1 | 4 | 12

export type Method = {
  name_ja: string
  name_en: string
  /** The fewest values that it can go on from, given the season. */
  minimum: (season: Season) => number
  needsPositive?: true
  needsSeason?: true
  /** The methods that it takes the median of. */
  members?: readonly SingleMethodName[]
}

export const singleMethodNames = [
  'naive',
  'seasonal_naive',
  'drift_2',
  'drift_5',
  'drift_all',
  'linear',
  'simple_smoothing',
  'holt',
  'holt_damped',
  'theta',
  'log_drift',
  'log_linear',
  'log_holt',
  'log_holt_damped',
] as const

export type SingleMethodName = (typeof singleMethodNames)[number]
export type MethodName = SingleMethodName | 'median'

/** In the order in which the simpler of two equals is preferred. */
export const methodNames: readonly MethodName[] = [...singleMethodNames, 'median']

const medianMembers = ['drift_2', 'drift_all', 'holt', 'holt_damped', 'theta'] as const

const atLeast = (points: number) => () => points

export const methods: Record<MethodName, Method> = {
  naive: { name_ja: '直近値', name_en: 'Naive (last value)', minimum: atLeast(1) },
  seasonal_naive: {
    name_ja: '前年同期値',
    name_en: 'Seasonal naive (same season of the last cycle)',
    minimum: (season) => season,
    needsSeason: true,
  },
  drift_2: {
    name_ja: '直近2期の平均増減',
    name_en: 'Drift of the last 2 steps',
    minimum: atLeast(3),
  },
  drift_5: {
    name_ja: '直近5期の平均増減',
    name_en: 'Drift of the last 5 steps',
    minimum: atLeast(6),
  },
  drift_all: { name_ja: '全期間の平均増減', name_en: 'Drift of all steps', minimum: atLeast(2) },
  linear: { name_ja: '線形回帰', name_en: 'Linear regression', minimum: atLeast(3) },
  simple_smoothing: {
    name_ja: '単純指数平滑法',
    name_en: 'Simple exponential smoothing',
    minimum: atLeast(smoothingMinimum.simple),
  },
  holt: {
    name_ja: 'ホルト法',
    name_en: "Holt's linear trend",
    minimum: atLeast(smoothingMinimum.holt),
  },
  holt_damped: {
    name_ja: '減衰トレンド付きホルト法',
    name_en: "Holt's damped trend",
    minimum: atLeast(smoothingMinimum.damped),
  },
  theta: { name_ja: 'シータ法', name_en: 'Theta', minimum: atLeast(3) },
  log_drift: {
    name_ja: '対数の平均増減',
    name_en: 'Drift of logarithms',
    minimum: atLeast(2),
    needsPositive: true,
  },
  log_linear: {
    name_ja: '対数線形回帰',
    name_en: 'Linear regression of logarithms',
    minimum: atLeast(3),
    needsPositive: true,
  },
  log_holt: {
    name_ja: '対数のホルト法',
    name_en: "Holt's linear trend of logarithms",
    minimum: atLeast(smoothingMinimum.holt),
    needsPositive: true,
  },
  log_holt_damped: {
    name_ja: '対数の減衰トレンド付きホルト法',
    name_en: "Holt's damped trend of logarithms",
    minimum: atLeast(smoothingMinimum.damped),
    needsPositive: true,
  },
  median: {
    name_ja: '5手法の中央値',
    name_en: 'Median of five methods',
    minimum: atLeast(4),
    members: medianMembers,
  },
}
