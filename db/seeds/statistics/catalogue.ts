/**
 * Which figures of the source files the service carries, and what they are. Codes are those of the
 * 社会・人口統計体系 (System of Social and Demographic Statistics) where it has one, units too.
 */
export type Kind = 'count' | 'rate' | 'share' | 'value'

/** How several areas make one: added up, averaged by a weight, or not at all. */
export type Aggregation = 'sum' | 'none'

export type SeedIndicator = {
  code: string
  name_ja: string
  name_en: string
  unit: string
  kind: Kind
  category: string
  aggregation: Aggregation
  decimals: number
  /** Of a family the list of indicators shows one line. */
  family?: string
}

const of =
  (category: string, kind: Kind, aggregation: Aggregation, decimals = 0) =>
  (code: string, name_ja: string, name_en: string, unit: string): SeedIndicator => ({
    code,
    name_ja,
    name_en,
    unit,
    kind,
    category,
    aggregation,
    decimals,
  })

const people = of('population', 'count', 'sum')
const share = of('population', 'share', 'none', 2)
const ratio = of('population', 'rate', 'none', 2)
const economy = of('economy', 'value', 'none')
const land = of('land', 'count', 'sum')
const school = of('education', 'count', 'sum')
const work = of('labour', 'count', 'sum')
const culture = of('culture', 'count', 'sum')
const house = of('housing', 'count', 'sum')
const health = of('health', 'count', 'sum')
const welfare = of('welfare', 'count', 'sum')
const climate = of('climate', 'value', 'none', 1)
const household = of('household', 'value', 'none')

export const seedIndicators: readonly SeedIndicator[] = [
  people('A1101', '総人口', 'Total population', '人'),
  people('A110101', '総人口（男）', 'Population, male', '人'),
  people('A110102', '総人口（女）', 'Population, female', '人'),
  people('A1301', '15歳未満人口', 'Population aged 0-14, as counted', '人'),
  people('A1302', '15～64歳人口', 'Population aged 15-64, as counted', '人'),
  people('A1303', '65歳以上人口', 'Population aged 65 and over, as counted', '人'),
  people('age.unknown', '年齢不詳人口', 'Population of unknown age', '人'),
  people(
    'age.0-14',
    '15歳未満人口（年齢不詳を按分）',
    'Population aged 0-14, unknown ages allocated',
    '人',
  ),
  people(
    'age.15-64',
    '15～64歳人口（年齢不詳を按分）',
    'Population aged 15-64, unknown ages allocated',
    '人',
  ),
  people(
    'age.65+',
    '65歳以上人口（年齢不詳を按分）',
    'Population aged 65 and over, unknown ages allocated',
    '人',
  ),
  people('A1419', '75歳以上人口', 'Population aged 75 and over', '人'),
  people('A1700', '外国人人口', 'Foreign population', '人'),
  people('A4101', '出生数', 'Births', '人'),
  ratio('A4103', '合計特殊出生率', 'Total fertility rate', ''),
  people('A4200', '死亡数', 'Deaths', '人'),
  people('A5101', '転入者数（日本人移動者）', 'In-migrants (Japanese)', '人'),
  people('A5102', '転出者数（日本人移動者）', 'Out-migrants (Japanese)', '人'),
  people('A7101', '世帯数', 'Households', '世帯'),
  people('A710101', '一般世帯数', 'Private households', '世帯'),
  people('A810105', '単独世帯数', 'One-person households', '世帯'),
  people('A9101', '婚姻件数', 'Marriages', '組'),
  people('A9201', '離婚件数', 'Divorces', '組'),
  ratio('#A01201', '総面積１km2当たり人口密度', 'Population density', '人'),
  ratio('#A01202', '可住地面積１km2当たり人口密度', 'Population density of habitable land', '人'),
  ratio('#A01302', '昼夜間人口比率', 'Day to night population ratio', '％'),
  share('#A01401', '人口集中地区人口比率', 'Share in densely inhabited districts', '％'),
  ratio('#A01601', '外国人人口（人口10万人当たり）', 'Foreigners per 100,000', '人'),
  ratio('#A02101', '人口性比（総数）', 'Sex ratio', ''),
  ratio('#A03402', '老年人口指数', 'Aged dependency ratio', ''),
  share('#A03503', '65歳以上人口割合', 'Share aged 65 and over', '％'),
  ratio('#A05101', '人口増減率', 'Rate of population change', '％'),
  ratio('#A05201', '自然増減率', 'Rate of natural change', '％'),
  ratio('#A05202', '粗出生率（人口千人当たり）', 'Crude birth rate', ''),
  ratio('#A05203', '合計特殊出生率', 'Total fertility rate', ''),
  ratio('#A05204', '粗死亡率（人口千人当たり）', 'Crude death rate', ''),
  ratio('#A05301', '転入超過率（日本人移動者）', 'Net migration rate (Japanese)', '％'),
  ratio('#A06102', '一般世帯の平均人員', 'Members per private household', '人'),
  share('#A06205', '単独世帯割合', 'Share of one-person households', '％'),
  share(
    '#A06304',
    '65歳以上世帯員の単独世帯の割合',
    'Share of households of one aged person',
    '％',
  ),
  ratio('#A06601', '婚姻率（人口千人当たり）', 'Marriage rate', ''),
  ratio('#A06602', '離婚率（人口千人当たり）', 'Divorce rate', ''),
  land('B1101', '総面積（北方地域及び竹島を除く）', 'Total area', 'ha'),
  land('B1103', '可住地面積', 'Habitable area', 'ha'),
  land('B2101', '自然公園面積', 'Area of natural parks', 'ha'),
  climate('B4101', '年平均気温', 'Mean temperature', '℃'),
  climate('B4106', '降水日数（年間）', 'Days with rain', '日'),
  climate('B4109', '降水量（年間）', 'Precipitation', 'mm'),
  economy('C1121', '県内総生産額（平成27年基準）', 'Gross prefectural product', '百万円'),
  economy('C1221', '県民所得（平成27年基準）', 'Prefectural income', '百万円'),
  economy('C122101', '1人当たり県民所得（平成27年基準）', 'Prefectural income per person', '千円'),
  work('F1102', '就業者数', 'Employed persons', '人'),
  work('F1107', '完全失業者数', 'Unemployed persons', '人'),
  school('E1101', '幼稚園数', 'Kindergartens', '園'),
  school('E2101', '小学校数', 'Elementary schools', '校'),
  school('E2501', '小学校児童数', 'Elementary school pupils', '人'),
  school('E3101', '中学校数', 'Lower secondary schools', '校'),
  school('E3501', '中学校生徒数', 'Lower secondary school students', '人'),
  school('E4101', '高等学校数', 'Upper secondary schools', '校'),
  school('E4501', '高等学校生徒数', 'Upper secondary school students', '人'),
  culture('G1201', '公民館数', 'Community centres', '館'),
  culture('G1401', '図書館数', 'Libraries', '館'),
  house('H1100', '総住宅数', 'Dwellings', '戸'),
  house('H110202', '空き家数', 'Vacant dwellings', '戸'),
  of('housing', 'value', 'none', 1)(
    'H2130',
    '1住宅当たり延べ面積',
    'Floor area per dwelling',
    'm2',
  ),
  of('environment', 'value', 'none')(
    'H5610',
    '1人1日当たりのごみ排出量',
    'Waste per person and day',
    'g',
  ),
  of('environment', 'share', 'none', 1)(
    'H5614',
    'ごみのリサイクル率',
    'Waste recycling rate',
    '％',
  ),
  of('convenience', 'count', 'sum')('H6131', '飲食店数', 'Restaurants', '店'),
  health('I510120', '一般病院数', 'General hospitals', '施設'),
  health('I5102', '一般診療所数', 'General clinics', '施設'),
  health('I5103', '歯科診療所数', 'Dental clinics', '施設'),
  health('I6100', '医師数', 'Physicians', '人'),
  health('I6200', '歯科医師数', 'Dentists', '人'),
  health('I6300', '薬剤師数', 'Pharmacists', '人'),
  welfare('J2503', '保育所等数', 'Nurseries', '所'),
  welfare('J2506', '保育所等在所児数', 'Children in nurseries', '人'),
  welfare('J250502', '保育所等利用待機児童数', 'Children waiting for a nursery', '人'),
  household('L3221', '消費支出（二人以上の世帯）', 'Consumption expenditure', '円'),
]

/** Of each source file the columns to take; a column that is not listed stays out. */
export const columnsOf = {
  ssdseB: [
    'A1101',
    'A110101',
    'A110102',
    'A4101',
    'A4103',
    'A4200',
    'A5101',
    'A5102',
    'A9101',
    'A9201',
    'B4101',
    'B4106',
    'B4109',
    'E1101',
    'E2101',
    'E2501',
    'E3101',
    'E3501',
    'E4101',
    'E4501',
    'H5610',
    'H5614',
    'I510120',
    'I5102',
    'I5103',
    'J2503',
    'J2506',
    'J250502',
    'L3221',
  ],
  ssdseE: [
    'A1101',
    'A1700',
    'A4101',
    'A4103',
    'A4200',
    'A5101',
    'A5102',
    'A710101',
    'A810105',
    'A9101',
    'A9201',
    'B1101',
    'B1103',
    'B2101',
    'C1121',
    'C1221',
    'C122101',
    'E1101',
    'E2101',
    'E2501',
    'E3101',
    'E3501',
    'E4101',
    'E4501',
    'G1201',
    'G1401',
    'H1100',
    'H110202',
    'H2130',
    'H5610',
    'H5614',
    'H6131',
    'I510120',
    'I5102',
    'I5103',
    'I6100',
    'I6200',
    'I6300',
    'J2503',
    'J2506',
    'L3221',
  ],
  ssdseA: [
    'A1101',
    'A110101',
    'A110102',
    'A1301',
    'A1302',
    'A1303',
    'A1419',
    'A1700',
    'A4101',
    'A4200',
    'A5101',
    'A5102',
    'A7101',
    'B1101',
    'B1103',
    'F1102',
    'F1107',
    'G1401',
    'H6131',
    'I510120',
    'I5102',
    'I6100',
  ],
  ssdse2018: ['A1101', 'A110101', 'A110102', 'A1301', 'A1302', 'A1303', 'A1419', 'A1700', 'A7101'],
  socialLife: seedIndicators.map(({ code }) => code).filter((code) => code.startsWith('#')),
} as const

export const seedSources = [
  {
    id: 'census',
    name_ja: '国勢調査',
    name_en: 'Population Census',
    credit: '出典：政府統計の総合窓口(e-Stat)（https://www.e-stat.go.jp/）国勢調査（総務省）',
    url: 'https://www.e-stat.go.jp/stat-search?toukei=00200521',
  },
  {
    id: 'estimates',
    name_ja: '人口推計',
    name_en: 'Population Estimates',
    credit: '出典：政府統計の総合窓口(e-Stat)（https://www.e-stat.go.jp/）人口推計（総務省）',
    url: 'https://www.e-stat.go.jp/stat-search?toukei=00200524',
  },
  {
    id: 'ssds-a',
    name_ja: '社会・人口統計体系 社会生活統計指標 A 人口・世帯',
    name_en: 'Social Life Statistical Indicators, population and households',
    credit:
      '出典：政府統計の総合窓口(e-Stat)（https://www.e-stat.go.jp/）社会・人口統計体系（総務省）',
    url: 'https://www.e-stat.go.jp/stat-search?toukei=00200502',
  },
  ...[
    'SSDSE-B-2025',
    'SSDSE-E-2022',
    'SSDSE-E-2023',
    'SSDSE-E-2024',
    'SSDSE-A-2025',
    'SSDSE-2018',
  ].map((name) => ({
    id: name.toLowerCase(),
    name_ja: `${name}（教育用標準データセット）`,
    name_en: `${name} (Standardized Statistical Data Set for Education)`,
    credit: `出典：「SSDSE（教育用標準データセット）」（独立行政法人統計センター）${name}`,
    url: 'https://www.nstac.go.jp/use/literacy/ssdse/',
  })),
  {
    id: 'ssdse-b-2025-sum',
    name_ja: 'SSDSE-B-2025 の47都道府県の合計',
    name_en: 'Sum of the 47 prefectures of SSDSE-B-2025',
    credit:
      '出典：「SSDSE（教育用標準データセット）」（独立行政法人統計センター）SSDSE-B-2025 の47都道府県の合計',
    url: 'https://www.nstac.go.jp/use/literacy/ssdse/',
  },
] as const
