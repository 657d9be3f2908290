import type { Note } from '../../schemas/statistics/meta.ts'

/** What a reader of figures has to know besides the figures. */
const notes = {
  ageing_base: {
    ja: '割合の分母は年齢不詳を除いた人口です。',
    en: 'Shares are of the population of known age.',
  },
  counted_ages: {
    ja: '1945年は数え年のため、年齢3区分には含めていません。',
    en: '1945 was counted in East Asian ages and is left out of the three age groups.',
  },
  density_area: {
    ja: '人口密度の面積は、各年に最も近い年の公表値（北方地域及び竹島を除く）を用いています。',
    en: 'Density takes the official area of the nearest year, without the Northern Territories and Takeshima.',
  },
  change_since: {
    ja: '増減は、系列の一つ前の時点（since）との差です。間隔は一定ではありません。',
    en: 'A change is from the point before in the series (`since`); the steps differ in length.',
  },
  interval_from_errors: {
    ja: '区間は、過去の各時点から予測した場合の誤差の分布によります。過去にない変化は含みません。',
    en: 'Intervals come from the errors that the method would have made before; they know of no change that never was.',
  },
  interval_narrow_for_aged: {
    ja: '高齢者の系列は世代の入れ替わりで一斉に変わるため、過去の検証では区間が狭すぎました。method=cohorts も確認してください。',
    en: 'The aged turn with their generation everywhere at once: in the past these intervals were too narrow. See method=cohorts as well.',
  },
  cohorts_without_interval: {
    ja: 'コーホート変化率法は、直近5年間の変化率が続くと仮定したもので、区間はありません。',
    en: 'Cohort-change ratios assume that the last five years go on; they come without an interval.',
  },
  renamed: {
    ja: '名称やコードが変わった地域には、変更前のコードの値をつないでいます。',
    en: 'Areas that were renamed have the figures of their former code before their own.',
  },
  unknown_left_out: {
    ja: '年齢不詳は含めていません。',
    en: 'Persons of unknown age are left out.',
  },
  summed_from_prefectures: {
    ja: '全国の値は47都道府県の合計です。',
    en: 'The nation is the sum of its prefectures.',
  },
  open_class: {
    ja: '最上位の年齢階級は、比較できる最も低い開区間にまとめています。',
    en: 'The oldest ages are put together in the lowest open-ended class that all of them have.',
  },
  shapes_missing: {
    ja: '境界データのない地域は geometry が null です。',
    en: 'Areas of which there is no shape have the geometry null.',
  },
  allocated_ages: {
    ja: '年齢不詳を按分した推計値です。',
    en: 'Estimates in which unknown ages are allocated.',
  },
} as const satisfies Record<string, { ja: string; en: string }>

export type NoteCode = keyof typeof notes

export function noteOf(code: NoteCode): Note {
  return { code, ...notes[code] }
}
