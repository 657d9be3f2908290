/** A text of more characters than this is no number, and is not looked at any further. */
const maxNumberText = 60

/** What stands for “no number” in a cell. */
const nothing = new Set([
  '',
  '-',
  '–',
  '—',
  '―',
  '‐',
  '−',
  'ー',
  'n/a',
  '#n/a',
  'na',
  'n.a.',
  '…',
  '...',
])

const units: Record<string, number> = { 千: 3, 百万: 6, 万: 4, 億: 8, 兆: 12 }

const minus = '[-−‐–▲△]'
const digits = String.raw`(?<digits>\d{1,3}(?:,\d{3})+(?:\.\d+)?|(?:0|[1-9]\d*)(?:\.\d*)?|\.\d+)`
const plain = new RegExp(
  String.raw`^(?<sign>\+|${minus})? ?(?<mark>[¥\\$€£])? ?(?<inner>${minus})? ?${digits}(?:e(?<power>[-+]?\d{1,4}))? ?(?<unit>千|百万|万|億|兆)?(?<end> ?(?:円|ドル|%))?$`,
  'i',
)

/** Digits, letters and signs of full width as those of half width. */
export function halfWidthOf(text: string): string {
  if (!/[\s\uff01-\uff5e\uffe5]/.test(text)) return text
  return text
    .replace(/[\uff01-\uff5e]/g, (letter) => String.fromCharCode(letter.charCodeAt(0) - 0xfee0))
    .replace(/\uffe5/g, '¥')
    .replace(/\s+/g, ' ')
    .trim()
}

/**
 * The number that a text stands for: `１，０００`, `▲100`, `(100)`, `¥1,000`, `1,000円`, `5%` (0.05), `3万`.
 * Null for what means that there is none (`-`, `n/a`), undefined for any other text. A number with
 * leading zeros is a code and no number, and so are plain digits that a double cannot hold.
 */
export function numberIn(text: string): number | null | undefined {
  if (text.length > maxNumberText) return undefined
  const half = halfWidthOf(text)
  if (nothing.has(half.toLowerCase())) return null
  const enclosed = /^\((.*)\)$/.exec(half)?.[1]
  const parts = plain.exec(enclosed ?? half)?.groups
  if (!parts) return undefined
  const signs = [parts.sign, parts.inner].filter((sign) => sign !== undefined)
  if (signs.length > (enclosed === undefined ? 1 : 0)) return undefined
  const isNegative = enclosed !== undefined || (signs[0] !== undefined && signs[0] !== '+')
  const isPercent = parts.end?.trim() === '%'
  const power = Number(parts.power ?? 0) + (units[parts.unit ?? ''] ?? 0) - (isPercent ? 2 : 0)
  const amount = Number(`${(parts.digits as string).replaceAll(',', '')}e${power}`)
  if (!Number.isFinite(amount)) return undefined
  const isPlain = !parts.mark && !parts.end && power === 0
  if (isPlain && isBent(parts.digits as string, amount)) return undefined
  return isNegative && amount !== 0 ? -amount : amount
}

/** Whether a number is not what its digits say, because there are too many of them. */
function isBent(digits: string, amount: number): boolean {
  return digits.length > 15 && /^\d+$/.test(digits) && BigInt(digits) !== BigInt(amount)
}
