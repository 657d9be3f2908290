/** A function of one number that may have none to give, which is null. */
export type Curve = (x: number) => Promise<number | null>

export type Point = { x: number; y: number }

/**
 * A zero between two points on either side of it, or the place where the curve jumps over it, by the
 * method of Brent (1973): bisection, secants and inverse parabolas. Null where the curve has a gap.
 */
export async function zeroBetween(curve: Curve, from: Point, to: Point): Promise<Point | null> {
  let [a, b, c] = [from, to, from]
  let step = b.x - a.x
  let last = step
  for (let round = 0; round < 200; round += 1) {
    if (Math.sign(b.y) === Math.sign(c.y)) {
      c = a
      step = b.x - a.x
      last = step
    }
    if (Math.abs(c.y) < Math.abs(b.y)) [a, b, c] = [b, c, b]
    const tolerance = 2 * Number.EPSILON * Math.abs(b.x) + Number.MIN_VALUE
    const half = 0.5 * (c.x - b.x)
    if (Math.abs(half) <= tolerance || b.y === 0) return b
    const guess = Math.abs(last) >= tolerance && Math.abs(a.y) > Math.abs(b.y)
    const next = guess ? interpolated(a, b, c, half, tolerance, last) : null
    last = next === null ? half : step
    step = next ?? half
    a = b
    const x = b.x + (Math.abs(step) > tolerance ? step : Math.sign(half) * tolerance)
    const y = await curve(x)
    if (y === null) return null
    b = { x, y }
  }
  return b
}

/** The step that a secant or an inverse parabola takes; null where halving is safer. */
function interpolated(
  a: Point,
  b: Point,
  c: Point,
  half: number,
  tolerance: number,
  last: number,
): number | null {
  const s = b.y / a.y
  let [p, q] = [2 * half * s, 1 - s]
  if (a.x !== c.x) {
    const [u, v] = [a.y / c.y, b.y / c.y]
    p = s * (2 * half * u * (u - v) - (b.x - a.x) * (v - 1))
    q = (u - 1) * (v - 1) * (s - 1)
  }
  if (p > 0) q = -q
  p = Math.abs(p)
  const isSafe = 2 * p < Math.min(3 * half * q - Math.abs(tolerance * q), Math.abs(last * q))
  return isSafe && Number.isFinite(p / q) ? p / q : null
}

const golden = (3 - Math.sqrt(5)) / 2

/**
 * Looks between three points, the middle one of which is nearest to zero, for one that is nearer or on
 * the other side of it: a valley between two points is easily stepped over.
 */
export async function nearestBetween(
  curve: Curve,
  left: Point,
  middle: Point,
  right: Point,
): Promise<Point> {
  let [a, b, c] = [left, middle, right]
  for (let round = 0; round < 80; round += 1) {
    const isRight = Math.abs(c.x - b.x) > Math.abs(b.x - a.x)
    const x = b.x + golden * ((isRight ? c : a).x - b.x)
    const y = x === b.x ? null : await curve(x)
    if (y === null) return b
    const found = { x, y }
    if (Math.sign(y) !== Math.sign(b.y)) return found
    if (Math.abs(y) < Math.abs(b.y)) [a, b, c] = isRight ? [b, found, c] : [a, found, b]
    else if (isRight) c = found
    else a = found
  }
  return b
}
