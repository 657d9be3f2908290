import { halfWidthOf } from './sheet-numbers.ts'

const total = new RegExp(
  `^(?:${[
    '(?:grand |sub ?-?)?totals?',
    '.{0,40}(?:合計|小計|総計|累計)',
    '計|総数|全体|全社|全店|通期',
    '.{0,40}(?:部|部門|課|店|社|県|市|区|日本|地域|エリア|商品|年度?|月|期|全体| )計',
  ].join('|')})$`,
  'i',
)

/** Whether a key such as `合計`, `東日本 小計` or `Total` sums up others, and so counts them twice. */
export function isTotal(key: string): boolean {
  if (key.length > 60) return false
  const plain = halfWidthOf(key).replace(/^[(<【[]|[)>】\]]$/g, '')
  // People spread short words: `合　計`.
  return total.test(plain) || total.test(plain.replace(/ /g, ''))
}
