import { gammaln } from 'simple-statistics'

const precision = 1e-15
const maxTerms = 10_000

/** Keeps a denominator of a continued fraction from being zero. */
const tiny = 1e-300
const nonZero = (x: number) => (Math.abs(x) < tiny ? tiny : x)

/**
 * A continued fraction b0 + a1 / (b1 + a2 / (b2 + …)), by Lentz's method as modified by Thompson and
 * Barnett (1986). `term(n)` gives [a_n, b_n] from n = 1.
 */
function continuedFraction(first: number, term: (n: number) => readonly [number, number]): number {
  let value = nonZero(first)
  let [c, d] = [value, 0]
  for (let n = 1; n <= maxTerms; n += 1) {
    const [a, b] = term(n)
    d = 1 / nonZero(b + a * d)
    c = nonZero(b + a / c)
    value *= c * d
    if (Math.abs(c * d - 1) < precision) break
  }
  return value
}

/**
 * The regularised incomplete beta function I_x(a, b), of `x` in [0, 1] and `a`, `b` > 0: Abramowitz &
 * Stegun (1964) 26.5.8, and 26.5.2 where the fraction converges faster on the other side.
 */
export function incompleteBeta(x: number, a: number, b: number): number {
  if (Number.isNaN(x)) return Number.NaN
  if (x <= 0) return 0
  if (x >= 1) return 1
  if (x > (a + 1) / (a + b + 2)) return 1 - incompleteBeta(1 - x, b, a)
  const front = Math.exp(
    gammaln(a + b) - gammaln(a) - gammaln(b) + a * Math.log(x) + b * Math.log1p(-x),
  )
  const fraction = continuedFraction(1, (n) => {
    const m = Math.floor(n / 2)
    const top = n % 2 === 0 ? m * (b - m) : -(a + m) * (a + b + m)
    return [(top * x) / ((a + n - 1) * (a + n)), 1]
  })
  return front / (a * fraction)
}

/**
 * The regularised upper incomplete gamma function Q(a, x), of `a` > 0 and `x` ≥ 0: Abramowitz & Stegun
 * (1964) 6.5.29 (series) and 6.5.31 (continued fraction).
 */
export function incompleteGammaAbove(a: number, x: number): number {
  if (Number.isNaN(x)) return Number.NaN
  if (x <= 0) return 1
  if (x === Number.POSITIVE_INFINITY) return 0
  const front = Math.exp(a * Math.log(x) - x - gammaln(a))
  if (x < a + 1) {
    let term = 1 / a
    let sum = term
    for (let n = 1; n <= maxTerms && term > sum * precision; n += 1) {
      term *= x / (a + n)
      sum += term
    }
    return 1 - front * sum
  }
  return front / continuedFraction(x + 1 - a, (n) => [-n * (n - a), x + 2 * n + 1 - a])
}

/** The probability that a standard normal variable is at most `z`. */
export function normalProbability(z: number): number {
  const beyond = incompleteGammaAbove(0.5, (z * z) / 2) / 2
  return z < 0 ? beyond : 1 - beyond
}

/** The `z` that a standard normal variable is at most with probability `p`. */
export function normalQuantile(p: number): number {
  return quantileOf(p, normalProbability)
}

/** The probability that Student's t with `degrees` of freedom is at most `t`: A&S (1964) 26.7.1. */
export function studentProbability(t: number, degrees: number): number {
  const beyond = studentTwoSided(t, degrees) / 2
  return t < 0 ? beyond : 1 - beyond
}

/** The probability that Student's t with `degrees` of freedom is at least as far from 0 as `t`. */
export function studentTwoSided(t: number, degrees: number): number {
  const square = t * t
  // The half that keeps its digits: the same function on either side of x = 1/2.
  return square > degrees
    ? incompleteBeta(1 / (1 + square / degrees), degrees / 2, 0.5)
    : 1 - incompleteBeta(square / (degrees + square), 0.5, degrees / 2)
}

/** The value that Student's t with `degrees` of freedom is at most with probability `p`. */
export function studentQuantile(p: number, degrees: number): number {
  return quantileOf(p, (t) => studentProbability(t, degrees))
}

/** The probability that F with `above` and `below` degrees of freedom is at least `f`: A&S 26.6.2. */
export function fisherAbove(f: number, above: number, below: number): number {
  if (f <= 0) return 1
  if (f === Number.POSITIVE_INFINITY) return 0
  return incompleteBeta(below / (below + above * f), below / 2, above / 2)
}

/** The probability that chi-square with `degrees` of freedom is at least `x`: A&S 26.4.19. */
export function chiSquareAbove(x: number, degrees: number): number {
  return incompleteGammaAbove(degrees / 2, x / 2)
}

/** The inverse of a probability that is symmetric about 0, by bisection in its lower half. */
function quantileOf(p: number, probability: (x: number) => number): number {
  if (!(p >= 0 && p <= 1)) return Number.NaN
  if (p > 0.5) return -quantileOf(1 - p, probability)
  if (p === 0.5) return 0
  if (p === 0) return Number.NEGATIVE_INFINITY
  let low = -1
  while (probability(low) > p) low *= 2
  let high = low === -1 ? 0 : low / 2
  for (let middle = (low + high) / 2; middle !== low && middle !== high; ) {
    if (probability(middle) < p) low = middle
    else high = middle
    middle = (low + high) / 2
  }
  return high
}
