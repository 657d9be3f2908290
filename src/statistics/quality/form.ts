import { groupBy } from '../../values.ts'
import { type Figure, type Prepared, pointAt } from './batch.ts'
import { type Finding, finding } from './findings.ts'

/** The longest mark that tables use (`***`, `…`, `X`), with room. */
const longestMark = 8

/** Known indicator and period, a value or a mark, and the unit that the indicator has. */
export function checkSchema({ figures, catalogue, periodOf }: Prepared): Finding[] {
  const faults: { fault: string; expected: string; figure: Figure }[] = []
  for (const figure of figures) {
    const indicator = catalogue.indicators.get(figure.indicator)
    const add = (fault: string, expected: string) => faults.push({ fault, expected, figure })
    if (!indicator) add(`indicator ${figure.indicator}`, 'a known indicator')
    else if (figure.unit && normalUnit(figure.unit) !== normalUnit(indicator.unit)) {
      add(`unit ${figure.unit}`, `unit ${indicator.unit}`)
    }
    if (!periodOf(figure.period)) add('period', 'a time code')
    if ((figure.value === null) === (figure.mark === null)) {
      add(figure.value === null ? 'neither value nor mark' : 'value and mark', 'one of the two')
    }
    if (figure.mark !== null && figure.mark.length > longestMark) add('mark', 'a short mark')
  }
  return [
    ...groupBy(faults, ({ fault, figure }) => `${figure.indicator} ${fault}`).values(),
  ].flatMap((group) => {
    const [first] = group
    if (!first) return []
    const keys = group.map(({ figure }) => figure)
    const { fault: observed, expected } = first
    return [finding('error', first.figure.indicator, { observed, expected, keys })]
  })
}

/** `％` and `%`, `㎡` and `m2`, are one unit each. */
export function normalUnit(unit: string): string {
  return unit.normalize('NFKC').replace(/\s/g, '').toLowerCase()
}

/** The same key twice: repeated, which is put right by dropping one, or with another value. */
export function checkUniqueness(batch: Prepared): Finding[] {
  const findings: Finding[] = []
  for (const [scope, keys] of groupBy(batch.repeated, ({ indicator }) => indicator)) {
    const observed = `${keys.length} keys repeated with the same value`
    findings.push(finding('warning', scope, { observed, expected: 'each key once', keys }))
  }
  for (const [scope, keys] of groupBy(batch.conflicting, ({ indicator }) => indicator)) {
    const first = keys[0] && pointAt(batch, keys[0])?.figure
    const observed = `${keys.length} keys repeated with another value or mark`
    const expected = first ? String(first.value ?? first.mark) : 'each key once'
    findings.push(finding('error', scope, { observed, expected, keys }))
  }
  return findings
}

/** What is counted one by one; quantities in other units are measured, and may have decimals. */
const countedUnits = new Set(
  ['人', '世帯', '組', '校', '園', '館', '戸', '施設', '店', '所'].map(normalUnit),
)

export function isCounted(kind: string, unit: string): boolean {
  return kind === 'count' && countedUnits.has(normalUnit(unit))
}

/** Larger than any official figure, and still an exact integer. */
const largest = 1e15

/** Finite; counts not below zero and of whole things; shares from 0 to 100. */
export function checkRange({ figures, catalogue }: Prepared): Finding[] {
  const faults: { expected: string; figure: Figure }[] = []
  for (const figure of figures) {
    const { value } = figure
    if (value === null) continue
    const { kind = 'value', unit = '' } = catalogue.indicators.get(figure.indicator) ?? {}
    const expected = expectedRange(value, kind, unit)
    if (expected) faults.push({ expected, figure })
  }
  const groups = groupBy(faults, ({ expected, figure }) => `${figure.indicator} ${expected}`)
  return [...groups.values()].flatMap((group) => {
    const [first] = group
    if (!first) return []
    const { expected, figure } = first
    const keys = group.map((each) => each.figure)
    return [finding('error', figure.indicator, { observed: figure.value, expected, keys })]
  })
}

function expectedRange(value: number, kind: string, unit: string): string | undefined {
  if (!Number.isFinite(value)) return 'a finite number'
  if (Math.abs(value) > largest) return `at most ${largest}`
  if (kind === 'share' && (value < 0 || value > 100)) return '0 to 100'
  if (kind === 'count' && value < 0) return 'at least 0'
  if (isCounted(kind, unit) && !Number.isInteger(value)) return 'a whole number'
  return undefined
}

/** Areas exist, and existed in the period; for one that became another, the code it has now. */
export function checkReferences({ merged, catalogue, periodOf }: Prepared): Finding[] {
  const unknown = merged.filter(({ area }) => !catalogue.areas.has(area))
  const findings = [...groupBy(unknown, ({ area }) => area)].map(([area, keys]) =>
    finding('error', `area ${area}`, { observed: area, expected: 'a known area', keys }),
  )
  const superseded = merged.filter(({ area, period }) => {
    const until = catalogue.areas.get(area)?.valid_until
    return until && (periodOf(period)?.starts_on ?? '') >= until
  })
  for (const [area, keys] of groupBy(superseded, (figure) => figure.area)) {
    const { valid_until, successor_code } = catalogue.areas.get(area) ?? {}
    const expected = successor_code ? `area ${successor_code}` : `a period before ${valid_until}`
    const observed = `${area} in ${keys[0]?.period}, valid until ${valid_until}`
    findings.push(finding('error', `area ${area}`, { observed, expected, keys }))
  }
  return findings
}
