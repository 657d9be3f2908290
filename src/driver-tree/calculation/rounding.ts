const maxDigits = 15

/**
 * Rounds as spreadsheets do: half away from zero, by the 15 digits that a number shows, so that 1.005
 * to 2 digits is 1.01 although the number itself lies below. Negative digits round before the point;
 * the count of digits is cut to a whole number between −15 and 15.
 */
export function roundTo(value: number, digits: number): number {
  const places = Math.max(-maxDigits, Math.min(maxDigits, Math.trunc(digits)))
  const power = 10 ** Math.abs(places)
  const size = Math.abs(value)
  const scaled = places < 0 ? size / power : size * power
  if (scaled >= 1e15) return value
  let whole = Math.floor(scaled)
  const rest = scaled - whole
  // Only near a half can the digits shown decide otherwise than the number itself.
  const isNear = Math.abs(rest - 0.5) <= scaled * 1e-14
  if (isNear) whole = Math.floor(Number(scaled.toPrecision(15)) + 0.5)
  else if (rest > 0.5) whole += 1
  const rounded = places < 0 ? whole * power : whole / power
  return value < 0 ? 0 - rounded : rounded
}
