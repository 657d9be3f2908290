import type { Trx } from '../../../db/tables.ts'
import { newId, now } from '../../values.ts'

type Default = [
  indicator: string,
  name_ja: string,
  name_en: string,
  category: string,
  direction: 'up' | 'down' | null,
]

const defaults: readonly Default[] = [
  ['total', '総人口', 'Total population', 'population', 'up'],
  ['share', '高齢化率', 'Share aged 65 and over', 'population', 'down'],
  ['density', '人口密度', 'Population density', 'population', null],
  ['A4101', '出生数', 'Births', 'population', 'up'],
  ['#A05203', '合計特殊出生率', 'Total fertility rate', 'population', 'up'],
  ['A710101', '一般世帯数', 'Private households', 'population', null],
  ['#A06205', '単独世帯割合', 'Share of one-person households', 'population', null],
  ['unemployment_rate', '完全失業率', 'Unemployment rate', 'economy', 'down'],
]

/** Cards for somebody who has defined none yet. What they delete does not come back. */
export async function addDefaultKpis(trx: Trx): Promise<void> {
  const at = now()
  const rows = defaults.map(([indicator, name_ja, name_en, category, direction], n) => ({
    id: newId(),
    name_ja,
    name_en,
    description: null,
    category,
    indicator,
    area_code: '00000',
    direction,
    target_value: null,
    target_year: null,
    tolerance: 0,
    position: (n + 1) * 10,
    version: 1,
    created_at: at,
    updated_at: at,
  }))
  await trx.insertInto('kpis').values(rows).execute()
}
