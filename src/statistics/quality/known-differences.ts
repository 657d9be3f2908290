import type { Key } from './batch.ts'

/** Which sum it is about: that of areas, or that of parts such as ages within one area. */
export type SumOf = 'areas' | 'parts'

type KnownDifference = {
  of: SumOf
  indicators: readonly string[]
  period?: string
  area?: string
  /** By how much the total is larger than the sum of its parts. */
  amount?: number
  /** Up to which share of the total it may be larger. */
  share?: number
  reason_ja: string
  reason_en: string
}

/** Sums that are known, and documented by those who publish them, not to add up. */
export const knownDifferences: readonly KnownDifference[] = [
  ...(['A1101', 'A110101', 'A110102'] as const).map((indicator, n) => ({
    of: 'areas' as const,
    indicators: [indicator],
    period: '1960000000',
    area: '00000',
    amount: [73, 39, 34][n] as number,
    reason_ja: '県境が未定の地域の人口は全国にだけ含まれる。',
    reason_en: 'Persons in an area of disputed prefectural borders are in the nation only.',
  })),
  {
    of: 'parts',
    indicators: ['A1101'],
    period: '1960000000',
    area: '20000',
    amount: -73,
    reason_ja: '県境が未定の地域の人口は、年齢別では長野県に含まれる。',
    reason_en: 'Of those persons the ages are counted in Nagano.',
  },
  {
    of: 'parts',
    indicators: ['A1101'],
    period: '1940000000',
    share: 0.003,
    reason_ja: '1940年の年齢別人口は総人口と集計の範囲が異なる。',
    reason_en: 'The ages of 1940 were tabulated of another population than the total.',
  },
  ...['47000', '00000'].map((area) => ({
    of: 'parts' as const,
    indicators: ['A1101'],
    period: '1950000000',
    area,
    amount: 8083,
    reason_ja: '1950年の沖縄県の年齢別人口は総人口と集計の範囲が異なる。',
    reason_en: 'The ages of Okinawa in 1950 were tabulated of another population than the total.',
  })),
  {
    of: 'areas',
    indicators: ['A4101', 'A4200', 'A9101', 'A9201'],
    share: 0.002,
    reason_ja: '住所が外国または不詳の件数は全国にだけ含まれる。',
    reason_en: 'Events of residents abroad or of unknown address are in the nation only.',
  },
]

/** How much of `difference`, total less sum, is known; zero where nothing is. */
export function differenceOf(
  of: SumOf,
  { indicator, area, period }: Key,
  difference: number,
  total: number,
): number {
  const known = knownDifferences.find(
    (each) =>
      each.of === of &&
      each.indicators.includes(indicator) &&
      (each.period ?? period) === period &&
      (each.area ?? area) === area,
  )
  if (!known) return 0
  if (known.amount !== undefined) return difference === known.amount ? difference : 0
  const isWithin = difference > 0 && difference <= Math.abs(total) * (known.share ?? 0)
  return isWithin ? difference : 0
}
