import type { Figure, Method } from './scan.ts'

const endings: Record<Method, { ja: string; en: string }> = {
  sum: { ja: '合計', en: 'total' },
  mean: { ja: '平均', en: 'average' },
  count: { ja: '件数', en: 'count' },
  max: { ja: '最大', en: 'maximum' },
  min: { ja: '最小', en: 'minimum' },
  median: { ja: '中央値', en: 'median' },
  share: { ja: '構成比', en: 'share' },
  previous_ratio: { ja: '前年比', en: 'ratio to previous' },
  growth: { ja: '増減率', en: 'growth' },
  difference: { ja: '増減', en: 'difference' },
}

/** What a figure is called: 売上合計, Sales total. */
export function figureName(subject: string, method: Method, japanese: boolean): string {
  return japanese ? subject + endings[method].ja : `${subject} ${endings[method].en}`
}

export const ratioName = (over: string, under: string, japanese: boolean) =>
  japanese ? `${over}÷${under}` : `${over} ÷ ${under}`

/** A name that is not taken yet. */
export function freeName(name: string, taken: readonly string[]): string {
  for (let count = 2; ; count += 1) {
    const free = count === 2 && !taken.includes(name) ? name : `${name} (${count})`
    if (!taken.includes(free)) return free
  }
}

/** A name of a step out of its parts, within what steps may be called. */
export function stepName(parts: readonly string[], japanese: boolean): string {
  const name = parts.filter(Boolean).join(japanese ? '・' : ', ')
  return name.length > 60 ? `${name.slice(0, 59)}…` : name
}

export const isCompared = ({ method }: Figure) =>
  method === 'previous_ratio' || method === 'growth' || method === 'difference'
