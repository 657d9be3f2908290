import { readBundled } from './bundled-figures.ts'
import type { ServedTable } from './estat-tables.ts'

/** What e-Stat has, by `A4101 13000 2022`. */
export type Truth = Map<string, number>

export type PlanId = 'estat-ssds-prefectures' | 'estat-ssds-municipalities' | 'estat-census-2020'

const ids: Record<PlanId, string> = {
  'estat-ssds-prefectures': '0000010101',
  'estat-ssds-municipalities': '0000020201',
  'estat-census-2020': '0003445078',
}

const sexes: Record<string, string> = { A1101: '0', A110101: '1', A110102: '2' }

/** Whole prefectures, so that nothing is missing, but few: a test has many syncs. */
const isServed = (area: string) => /^(\d\d000|(31|47)\d{3})$/.test(area)

/**
 * Real figures for the tables that are synced: persons of 2020, births of 2021 and, which the bundled
 * figures do not have of prefectures, births of 2022, added up of their municipalities.
 */
export async function readTruths(): Promise<Record<PlanId, Truth>> {
  const { catalogue, all } = await readBundled()
  const prefectures: Truth = new Map()
  const municipalities: Truth = new Map()
  const census: Truth = new Map()
  for (const { indicator, area, year, value } of all) {
    const key = `${indicator} ${area} ${year}`
    if (value === null) continue
    const isMunicipal = catalogue.areas.get(area)?.level === 'municipality'
    if (indicator in sexes && year === 2020 && isServed(area)) {
      census.set(key, value)
      if (isMunicipal) municipalities.set(key, value)
      else prefectures.set(key, value)
    }
    if (indicator !== 'A4101') continue
    if (year === 2021 && !isMunicipal) prefectures.set(key, value)
    if (year !== 2022 || !isMunicipal) continue
    if (isServed(area)) municipalities.set(key, value)
    for (const sum of [`${area.slice(0, 2)}000`, '00000']) {
      const at = `A4101 ${sum} 2022`
      prefectures.set(at, (prefectures.get(at) ?? 0) + value)
    }
  }
  return {
    'estat-ssds-prefectures': prefectures,
    'estat-ssds-municipalities': municipalities,
    'estat-census-2020': census,
  }
}

/** The table of a plan as e-Stat would serve these figures. */
export function tableFor(plan: PlanId, truth: Truth, updatedDate: string): ServedTable {
  const isCensus = plan === 'estat-census-2020'
  const members = { cat01: new Set<string>(), area: new Set<string>(), time: new Set<string>() }
  const values = [...truth].map(([key, value]) => {
    const [item = '', area = '', year = ''] = key.split(' ')
    const cat01 = isCensus ? (sexes[item] as string) : item
    const time = isCensus ? `${year}000000` : `${year}100000`
    const codes = { tab: '00001', cat01, area, time }
    for (const id of ['cat01', 'area', 'time'] as const) members[id].add(codes[id])
    return { codes, value: String(value), unit: '人' }
  })
  const axis = (id: keyof typeof members, name: string) => ({
    id,
    name,
    members: [...members[id]].map((code) => ({ code, name: `${code}_${name}`, level: '1' })),
  })
  return {
    id: ids[plan],
    title: plan,
    updatedDate,
    statsCode: isCensus ? '00200521' : '00200502',
    axes: [
      { id: 'tab', name: '観測値', members: [{ code: '00001', name: '観測値' }] },
      axis('cat01', '項目'),
      axis('area', '地域'),
      axis('time', '調査年'),
    ],
    notes: [{ char: '***', text: '当該数値がないもの' }],
    values,
  }
}
