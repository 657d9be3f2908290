import {
  type AgeCounts,
  type AgeTable,
  foldAges,
  refusalOfAges,
  sexes,
  sumOf,
  womenWhoBear,
} from './ages.ts'
import type { CohortRefusal } from './refusals.ts'

/** A ratio for each sex and class: see `cohortRatios`. */
export type Ratios = { male: readonly number[]; female: readonly number[] }

export type RatioAdjustment = {
  sex: 'male' | 'female'
  /** Position of the class that the ratio leads to. */
  ageClass: number
  /** What the tables say; null where nobody was there to begin with. */
  found: number | null
  used: number
  reason: 'capped' | 'both_sexes' | 'reference' | 'unchanged'
}

export type RatioOptions = {
  /** Bounds of the ratios from age to age; 0 and 2 unless others are given. */
  limits?: { lowest: number; highest: number } | undefined
  /** Ratios of a larger area, with as many classes, for those that this one does not have. */
  reference?: Ratios | undefined
}

/**
 * What becomes of each five-year class in five years (Hamilton & Perry 1962; Swanson, Schlottmann &
 * Schmidt 2010), from two tables five years apart with as many classes. The ratio of a class is that
 * of its people to those who were five years younger; of the open class to those of it and of the
 * class before; of children aged 0 to 4 to women aged 15 to 44 at the same time. Where nobody was
 * five years younger, the ratio of both sexes together stands in, then the reference's, then 1.
 */
export function cohortRatios(
  earlier: AgeTable,
  later: AgeTable,
  { limits = { lowest: 0, highest: 2 }, reference }: RatioOptions = {},
): { ratios: Ratios; adjustments: RatioAdjustment[] } {
  const adjustments: RatioAdjustment[] = []
  const women = womenWhoBear(later)
  const before = { male: aged(earlier.male), female: aged(earlier.female) }
  const standIn = (ageClass: number, sex: (typeof sexes)[number]) => {
    const starts = sumOf(sexes.map((each) => before[each][ageClass] as number))
    const ends = sumOf(sexes.map((each) => later[each][ageClass] as number))
    if (starts > 0) return [ends / starts, 'both_sexes'] as const
    const other = reference?.[sex][ageClass]
    return other === undefined ? ([1, 'unchanged'] as const) : ([other, 'reference'] as const)
  }
  const ratiosFor = (sex: (typeof sexes)[number]) =>
    later[sex].map((count, ageClass) => {
      if (ageClass === 0) return count / women
      const start = before[sex][ageClass] as number
      const found = start === 0 ? null : count / start
      const [stand, reason] = found === null ? standIn(ageClass, sex) : [found, 'capped' as const]
      const used = Math.min(limits.highest, Math.max(limits.lowest, stand))
      if (used !== found) adjustments.push({ sex, ageClass, found, used, reason })
      return used
    })
  return { ratios: { male: ratiosFor('male'), female: ratiosFor('female') }, adjustments }
}

/** Who will be in each class five years on if nobody dies or moves; nobody in the first. */
function aged(counts: AgeCounts): number[] {
  const last = counts.length - 1
  return counts.map((count, n) => {
    const younger = n === 0 ? 0 : (counts[n - 1] as number)
    return n === last ? younger + count : younger
  })
}

/** The table five years on, by ratios of `cohortRatios`. */
export function stepCohorts(table: AgeTable, ratios: Ratios): AgeTable {
  const survivors = (sex: (typeof sexes)[number]) =>
    aged(table[sex]).map((count, n) => count * (ratios[sex][n] as number))
  const next = { male: survivors('male'), female: survivors('female') }
  const women = womenWhoBear(next)
  for (const sex of sexes) next[sex][0] = women * (ratios[sex][0] as number)
  return next
}

export type CohortRequest = RatioOptions & {
  /** Persons by five-year class from 0 to 4 on, the last one open-ended; unknown ages allocated. */
  earlier: AgeTable
  /** The same area five years later. */
  later: AgeTable
  /** Steps of five years to project. */
  steps: number
  /** Totals to which each step is scaled, such as a forecast of them; null leaves one as it is. */
  control?: readonly (number | null)[] | undefined
}

export type CohortPoint = {
  step: number
  male: number[]
  female: number[]
  totalMale: number
  totalFemale: number
  total: number
  /** Per cent aged 65 and over; null where the open class begins before. */
  shareAged65: number | null
}

export type CohortProjection = {
  points: CohortPoint[]
  /** Where the open-ended class begins, in years. */
  openFrom: number
  ratios: Ratios
  adjustments: RatioAdjustment[]
}

/**
 * Projects the people of each age and sex in steps of five years by the Hamilton–Perry method.
 * Tables whose open classes differ are put together at the younger of the two.
 */
export function projectCohorts(request: CohortRequest): CohortProjection | CohortRefusal {
  const { earlier, later, steps, limits, reference, control = [] } = request
  const refusal = refusalOfAges([earlier, later])
  if (refusal) return refusal
  const classes = Math.min(earlier.male.length, later.male.length)
  const [first, second] = [foldAges(earlier, classes), foldAges(later, classes)]
  if (womenWhoBear(second) === 0) return { refused: 'no_women' }
  const usable = reference?.male.length === classes ? reference : undefined
  const { ratios, adjustments } = cohortRatios(first, second, { limits, reference: usable })
  const points: CohortPoint[] = []
  let table = second
  for (let step = 1; step <= steps; step += 1) {
    table = stepCohorts(table, ratios)
    points.push(pointOf(step, controlled(table, control[step - 1] ?? null)))
  }
  return { points, openFrom: 5 * (classes - 1), ratios, adjustments }
}

/** Ages scaled alike to a total; as they are where there is none, or nobody to scale. */
function controlled(table: AgeTable, total: number | null): AgeTable {
  const sum = sumOf(table.male) + sumOf(table.female)
  if (total === null || sum === 0) return table
  const scale = (count: number) => (count * total) / sum
  return { male: table.male.map(scale), female: table.female.map(scale) }
}

/** The position of 65 to 69. */
const classOf65 = 13

function pointOf(step: number, { male, female }: AgeTable): CohortPoint {
  const [totalMale, totalFemale] = [sumOf(male), sumOf(female)]
  const total = totalMale + totalFemale
  const isSplitAt65 = male.length > classOf65 && total > 0
  const aged65 = sumOf(male.slice(classOf65)) + sumOf(female.slice(classOf65))
  return {
    step,
    male: [...male],
    female: [...female],
    totalMale,
    totalFemale,
    total,
    shareAged65: isSplitAt65 ? (100 * aged65) / total : null,
  }
}
