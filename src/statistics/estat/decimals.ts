const form = /^([+-]?)(\d{0,30})(?:\.(\d{0,30}))?(?:[eE]([+-]?\d{1,3}))?$/

/** Powers of ten that binary numbers hold exactly. */
const powers = Array.from({ length: 16 }, (_, n) => 10 ** n)

/**
 * The number that a text is, times `factor`, rounded once at the end: `20.5` × 1000 is 20500 and
 * `1.005` × 1000 is 1005. Undefined for a text that is no decimal number; NaN for one too large to be
 * held to the unit.
 */
export function scaledNumber(text: string, factor = 1): number | undefined {
  const [, sign = '', whole = '', fraction = '', exponent] = form.exec(text) ?? []
  if (whole + fraction === '') return undefined
  const digits = Number(`${sign}${whole}${fraction}`) * factor
  // A quotient of two exact numbers is rounded once.
  const isExact = exponent === undefined && whole.length + fraction.length < 16
  if (isExact && Number.isSafeInteger(factor) && Number.isSafeInteger(digits)) {
    return digits / (powers[fraction.length] as number) + 0
  }
  const [, by = '', part = '', power = '0'] =
    /^(-?\d+)(?:\.(\d+))?(?:e(.+))?$/.exec(`${factor}`) ?? []
  if (by === '') return undefined
  const product = BigInt(`${sign === '-' ? '-' : ''}${whole}${fraction}`) * BigInt(`${by}${part}`)
  const scaled = Number(
    `${product}e${Number(exponent ?? 0) - fraction.length + Number(power) - part.length}`,
  )
  // Minus zero is zero.
  return Math.abs(scaled) <= Number.MAX_SAFE_INTEGER ? scaled + 0 : Number.NaN
}
