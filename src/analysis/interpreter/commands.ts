import type { Overview, OverviewStep, OverviewTable } from './plan.ts'
import { ask, each, type Scan, use } from './scan.ts'
import type { Token } from './tokens.ts'

/** A sentence about steps that are there: which go, or which one changes (with what its table is). */
export type Command =
  | { kind: 'delete'; steps: OverviewStep[]; cascade: boolean }
  | { kind: 'change'; step: OverviewStep; chart: boolean }

/** What a sentence says about steps, if it does; numbers count from 1. */
export function readCommand(scan: Scan, overview: Overview): Command | undefined {
  const { codes, list } = scan
  const isDelete = codes.includes('z') || /p[Ny]?X/u.test(codes)
  const isChange = codes.includes('Z')
  if (!isDelete && !isChange) return undefined
  const named = overview.steps.filter(
    ({ name }) => name.length > 1 && scan.tokens.text.includes(name),
  )
  const about = /[plo]/u.test(codes) || (isChange && /g.*G|G.*[Gg]/u.test(codes))
  if (!about && named.length === 0) return undefined
  if (isDelete && !about && /V[^p]*z/u.test(codes)) return undefined
  const steps = stepsOf(scan, overview, isDelete)
  if (!steps) {
    const word = list.find(({ code }) => code === 'p')
    ask(scan, { about: 'step', word: word?.text ?? '' })
    return undefined
  }
  each(scan, isDelete ? /[zZX]/u : /[zZ]/u, () => true)
  const [first, second] = steps
  if (isDelete) {
    const cascade = codes.includes('o')
    each(scan, /o/u, () => true)
    return { kind: 'delete', steps, cascade }
  }
  if (!first || second) {
    ask(scan, { about: 'step', word: '' })
    return undefined
  }
  dropOldKind(scan, first)
  return { kind: 'change', step: first, chart: isChart(first) }
}

const isChart = ({ config }: OverviewStep) =>
  'chart_config' in config && Object.keys(config.chart_config ?? {}).length > 0

const kindOf = ({ config }: OverviewStep) =>
  (config as { chart_config?: { graph_type?: string } }).chart_config?.graph_type

/** "The bar chart becomes a pie": the kind that is there says which chart is meant. */
function dropOldKind(scan: Scan, step: OverviewStep): void {
  const places = scan.list.flatMap(({ code }, place) => (code === 'G' ? [place] : []))
  const [old, wanted] = places
  if (old === undefined || wanted === undefined) return
  if (scan.list[old]?.means === kindOf(step)) use(scan, [old])
}

function stepsOf(scan: Scan, { steps }: Overview, isDelete: boolean): OverviewStep[] | undefined {
  const found: (OverviewStep | undefined)[] = []
  const byNumber = (token: Token) => steps[(token.number ?? 0) - 1]
  each(scan, /p[Ny](?:[&,t]+p?[Ny])*/u, (tokens) => {
    const numbers = tokens.filter(({ code }) => code === 'N' || code === 'y')
    const [low, high] = numbers.map(({ number = 0 }) => number)
    if (tokens.some(({ code }) => code === 't') && isDelete && low && high && high - low < 100) {
      for (let at = low; at <= high; at += 1) found.push(steps[at - 1])
    } else found.push(...numbers.map(byNumber))
    return true
  })
  each(scan, /l[pg]?/u, (tokens) => {
    const drawn = tokens.some(({ code, text }) => code === 'g' || /chart|グラフ/u.test(text))
    found.push(drawn ? steps.findLast(isChart) : steps.at(-1))
    return true
  })
  each(scan, /jp/u, () => {
    found.push(...steps)
    return true
  })
  if (found.length === 0) found.push(...namedSteps(scan, steps))
  const drawn = scan.list.find(
    (token, place) => token.means === 'chart' && scan.codes[place] === 'p',
  )
  if (found.length === 0 && (drawn || /g/u.test(scan.codes))) found.push(steps.findLast(isChart))
  const [old, wanted] = scan.list.filter(({ code }) => code === 'G')
  if (found.length === 0 && wanted)
    found.push(steps.findLast((step) => kindOf(step) === old?.means))
  each(scan, /p/u, ([token]) => token?.means === 'chart')
  const there = found.filter((each) => each !== undefined)
  return there.length === found.length && there.length > 0 ? [...new Set(there)] : undefined
}

/** Steps by their name, the longest that stands in the sentence. */
function namedSteps(scan: Scan, steps: OverviewStep[]): OverviewStep[] {
  const { text } = scan.tokens
  const inside = steps.filter(({ name }) => name.length > 1 && text.includes(name))
  const longest = inside.filter(
    ({ name }) => !inside.some((other) => other.name !== name && other.name.includes(name)),
  )
  for (const { name } of longest) {
    const start = text.indexOf(name)
    const end = start + name.length
    use(
      scan,
      scan.list.flatMap((token, place) =>
        token.start >= start && token.end <= end ? [place] : [],
      ),
    )
  }
  return longest
}

/** The table a step works on. */
export const tableOf = ({ tables }: Overview, input: string): OverviewTable | undefined =>
  tables.find((table) => table.input === input)
