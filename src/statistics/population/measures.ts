import { Measure, type Per, type PopulationQuery } from '../../../schemas/statistics/population.ts'
import { invalid } from '../../failure.ts'
import { listIn } from '../areas.ts'

type Rule = {
  ja: string
  en: string
  unit: string
  parts: readonly string[]
  /** Whether it can be added up, and so be a share of the nation. */
  isCount: boolean
}

export const total = 'A1101'
export const land = 'B1101'

const counted = ['A1301', 'A1302', 'A1303'] as const
const allocated = ['age.0-14', 'age.15-64', 'age.65+'] as const

/** What the measures are made of, with ages as the census counted them. */
export const measures: Record<Measure, Rule> = {
  total: { ja: '総人口', en: 'Total population', unit: '人', parts: [total], isCount: true },
  male: { ja: '男', en: 'Male', unit: '人', parts: ['A110101'], isCount: true },
  female: { ja: '女', en: 'Female', unit: '人', parts: ['A110102'], isCount: true },
  '0-14': { ja: '15歳未満', en: 'Aged 0-14', unit: '人', parts: ['A1301'], isCount: true },
  '15-64': { ja: '15～64歳', en: 'Aged 15-64', unit: '人', parts: ['A1302'], isCount: true },
  '65+': { ja: '65歳以上', en: 'Aged 65 and over', unit: '人', parts: ['A1303'], isCount: true },
  share: {
    ja: '65歳以上割合',
    en: 'Share aged 65 and over',
    unit: '％',
    parts: ['A1303', 'A1301', 'A1302'],
    isCount: false,
  },
  density: {
    ja: '人口密度',
    en: 'Population density',
    unit: '人/km2',
    parts: [total, land],
    isCount: false,
  },
  change: { ja: '増減数', en: 'Change', unit: '人', parts: [total], isCount: false },
}

const perUnits: Record<Exclude<Per, 'absolute'>, string> = {
  rate: '％',
  index: '基準年=100',
  share_of_nation: '％',
}

export function measuresIn(
  { indicator }: { indicator?: readonly string[] },
  known: readonly string[] = Measure.enum,
): Measure[] {
  // In a query a bare `+` is a space.
  const names = (indicator ? listIn(indicator) : ['total']).map((name) =>
    name.replace(/^65$/, '65+'),
  )
  for (const name of names) {
    if (!known.includes(name)) {
      throw invalid({ field: 'indicator', rule: 'enum', allowedValues: known.join(', ') })
    }
  }
  return [...new Set(names)] as Measure[]
}

/** The indicators a measure is read from. */
export function partsOf(
  measure: Measure,
  { frequency }: Pick<PopulationQuery, 'frequency'>,
): readonly string[] {
  const { parts } = measures[measure]
  if (frequency !== 'annual') return parts
  return parts.map((part) => allocated[counted.indexOf(part as 'A1301')] ?? part)
}

export function unitOf(measure: Measure, per: Per): string {
  return per === 'absolute' ? measures[measure].unit : perUnits[per]
}
