export type SmoothingForm = 'simple' | 'holt' | 'damped'

/** State and parameters of exponential smoothing after the last known value. */
export type Smoothed = {
  level: number
  trend: number
  alpha: number
  beta: number
  phi: number
  /** Sum of squared one-step errors from the second value on. */
  squaredError: number
}

const grid = (from: number, to: number, parts: number) =>
  Array.from({ length: parts + 1 }, (_, n) => from + ((to - from) * n) / parts)

const grids: Record<SmoothingForm, { alphas: number[]; betas: number[]; phis: number[] }> = {
  simple: { alphas: grid(0.02, 1, 49), betas: [0], phis: [1] },
  holt: { alphas: grid(0.05, 1, 19), betas: grid(0, 1, 20), phis: [1] },
  damped: { alphas: grid(0.05, 1, 19), betas: grid(0, 1, 10), phis: [0.8, 0.85, 0.9, 0.95, 0.98] },
}

/** The fewest values that a form can be fitted to. */
export const smoothingMinimum: Record<SmoothingForm, number> = { simple: 2, holt: 4, damped: 4 }

/**
 * Exponential smoothing (Brown 1959; Holt 1957; damped trend: Gardner & McKenzie 1985) fitted to the
 * first `origin` values for each of `origins`, which must be at least the form's minimum. Parameters
 * are those of a fixed grid with the least squared one-step error. The level begins at the first
 * value and the trend at a third of the way from the first to the fourth (Makridakis, Wheelwright &
 * Hyndman 1998, 4/3), so one run through the series fits all origins.
 */
export function fitSmoothing(
  values: readonly number[],
  origins: readonly number[],
  form: SmoothingForm,
): Smoothed[] {
  const { alphas, betas, phis } = grids[form]
  const series = Float64Array.from(values)
  const first = series[0] as number
  const initialTrend = form === 'simple' ? 0 : ((series[3] as number) - first) / 3
  const last = Math.max(0, ...origins)
  const least = new Float64Array(last + 1).fill(Number.POSITIVE_INFINITY)
  // What overflows leaves no parameters behind, and so no forecast.
  const levels = new Float64Array(last + 1).fill(Number.NaN)
  const trends = new Float64Array(last + 1)
  const parameters = new Int32Array(last + 1)
  let parameter = 0
  for (const phi of phis) {
    for (const alpha of alphas) {
      for (const beta of betas) {
        let level = first
        let trend = initialTrend
        let squaredError = 0
        for (let known = 2; known <= last; known += 1) {
          const expected = level + phi * trend
          const error = (series[known - 1] as number) - expected
          squaredError += error * error
          level = expected + alpha * error
          trend = phi * trend + alpha * beta * error
          if (squaredError < (least[known] as number)) {
            least[known] = squaredError
            levels[known] = level
            trends[known] = trend
            parameters[known] = parameter
          }
        }
        parameter += 1
      }
    }
  }
  return origins.map((origin) => {
    const chosen = parameters[origin] as number
    return {
      level: levels[origin] as number,
      trend: trends[origin] as number,
      alpha: alphas[Math.floor(chosen / betas.length) % alphas.length] as number,
      beta: betas[chosen % betas.length] as number,
      phi: phis[Math.floor(chosen / (alphas.length * betas.length))] as number,
      squaredError: least[origin] as number,
    }
  })
}

/** Forecasts for steps 1 to `horizon`: level + (φ + φ² + … + φ^h) × trend. */
export function continueSmoothed({ level, trend, phi }: Smoothed, horizon: number): number[] {
  let factor = 0
  let power = 1
  return Array.from({ length: horizon }, () => {
    power *= phi
    factor += power
    return level + factor * trend
  })
}
