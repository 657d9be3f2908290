import type { MethodName } from './methods.ts'
import { type MethodErrors, meanOrNull, type PooledBacktest } from './pooling.ts'

export type Candidate = {
  method: MethodName
  /** Means over the horizons checked. */
  mase: number | null
  mape: number | null
  /** Its error over the benchmark's for the same forecasts: below 1 is better. */
  relative: number | null
  origins: number
  checked: number
  /** Whether it was checked at least half as often as the benchmark at every horizon. */
  isComplete: boolean
}

/** A method for one indicator and level with what it was chosen by. Plain data, to be kept. */
export type Choice = PooledBacktest & {
  horizon: number
  method: MethodName
  /** Best first. */
  candidates: Candidate[]
}

/** Means of a method's errors over the horizons up to the one asked for. */
export function candidateOf(
  { methods, benchmark }: PooledBacktest,
  { method, byHorizon }: MethodErrors,
  horizon: number,
): Candidate {
  const used = byHorizon.slice(0, horizon)
  const standard = methods.find((errors) => errors.method === benchmark)?.byHorizon ?? []
  const mase = meanOrNull(used.map((errors) => errors.mase))
  const benchmarkMase = meanOrNull(used.map((errors) => errors.benchmarkMase))
  return {
    method,
    mase,
    mape: meanOrNull(used.map((errors) => errors.mape)),
    relative: mase === null || !benchmarkMase ? null : mase / benchmarkMase,
    origins: used[0]?.origins ?? 0,
    checked: used[0]?.checked ?? 0,
    isComplete: standard
      .slice(0, horizon)
      .every(({ checked }, n) => (used[n]?.checked ?? 0) >= checked / 2),
  }
}

/** Less than this is rounding and no better than the benchmark. */
const leastGain = 1e-9

/**
 * The method with the least error relative to the benchmark (naive, or seasonal naive), as a mean
 * over the horizons; the benchmark itself where nothing beats it. The answer is plain data that can
 * be kept and given to `forecastSeries` for every area of the level.
 */
export function chooseMethod(pooled: PooledBacktest, horizon: number): Choice {
  const order = (relative: number | null) => relative ?? Number.POSITIVE_INFINITY
  const candidates = pooled.methods
    .map((errors) => candidateOf(pooled, errors, horizon))
    .toSorted((a, b) => order(a.relative) - order(b.relative) || 0)
  const [method = pooled.benchmark] = beatingBenchmark(candidates)
  return { ...pooled, horizon, method, candidates }
}

/** Candidates that were checked often enough and did better than the benchmark, best first. */
export function beatingBenchmark(candidates: readonly Candidate[]): MethodName[] {
  return candidates
    .filter(
      ({ isComplete, relative }) => isComplete && relative !== null && relative < 1 - leastGain,
    )
    .map(({ method }) => method)
}
