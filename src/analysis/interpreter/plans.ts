import type { AggregateConfig, FigureConfig } from '../../../schemas/analysis/aggregate.ts'
import type { FormulaConfig } from '../../../schemas/analysis/summary.ts'
import { chartsOf } from './chart-configs.ts'
import { add, type Draft, timeOf } from './draft.ts'
import { addFigure } from './figures.ts'
import { filtersOf, isLater } from './filter-configs.ts'
import { figureName, freeName, isCompared, ratioName, stepName } from './naming.ts'
import type { PlannedCall } from './plan.ts'
import { ask, type Condition, type Figure, type Scan } from './scan.ts'

/** Puts wishes in order: transform, rows, figures, rows of the result, chart or formulas. */
export function draftCalls(
  scan: Scan,
  input: string,
  next: number,
  isThere: boolean,
): PlannedCall[] {
  const { table, wishes } = scan
  const axes = table.axes.map(({ name }) => name)
  const draft: Draft = {
    scan,
    calls: [],
    state: { input, subjects: [...table.subjects], axes, narrowed: false },
    next,
  }
  transform(draft)
  const groups = groupsOf(scan)
  const drawsOnly =
    wishes.charts.length > 0 && isThere && wishes.figures.length === 0 && wishes.ratios.length === 0
  const isSame = groups.every((name) => axes.includes(name)) && groups.length === axes.length
  if (drawsOnly && (groups.length === 0 || isSame)) {
    filtersOf(draft, wishes.conditions, wishes.kept, wishes.sorts)
    chartsOf(draft, groups)
    return draft.calls
  }
  const isRaw = wishes.charts.some(({ kind }) => kind === 'scatter') && groups.length === 0
  if (isRaw) {
    filtersOf(draft, wishes.conditions, wishes.kept, wishes.sorts)
    chartsOf(draft, groups)
  } else if (groups.length > 0) grouped(draft, groups)
  else if (wishes.charts.length > 0) {
    const [only, other] = axes
    if (only && !other) grouped(draft, [only])
    else ask(scan, { about: 'axis', options: axes })
  } else overall(draft)
  return draft.calls
}

function transform(draft: Draft): void {
  const { operations } = draft.scan.wishes
  if (operations.length === 0) return
  const names = operations.map(({ target_name }) => target_name)
  add(draft, 'transform', { operations }, stepName([...new Set(names)], draft.scan.japanese))
  const added = operations.filter(({ operation_type }) => operation_type === 'add_subject')
  draft.state.subjects.push(...added.map(({ target_name }) => target_name))
}

/** The axes of the wish in order; the one of time first where figures go along it. */
function groupsOf(scan: Scan): string[] {
  const { wishes, table, times } = scan
  const named = [...wishes.groups].sort((one, other) => one.at - other.at).map(({ name }) => name)
  const places = wishes.groups.map(({ at }) => at)
  const between = scan.tokens.text.slice(Math.min(...places, 0xffff), Math.max(...places, 0))
  const isSecond = /(?:合計|平均|集計|計算|算出|抽出)(?:して|し(?=[、地-龠]))|。|\bthen\b|[.;]\s/u
  if (isSecond.test(between)) ask(scan, { about: 'severalSteps' })
  const along = wishes.alongTime || wishes.figures.some(isCompared)
  if (!along) return [...new Set(named)]
  const time =
    timeOf(scan) ??
    (times.length === 0 && wishes.alongTime
      ? undefined
      : table.axes.find(({ kind }) => kind === '推移')?.name)
  if (!time) ask(scan, { about: 'noTime' })
  return [...new Set([...(time ? [time] : []), ...named])]
}

function grouped(draft: Draft, groups: string[]): void {
  const { scan, state } = draft
  const { wishes } = scan
  const groupAt = Math.min(...wishes.groups.map(({ at }) => at))
  const later = (each: Condition) => isOfResult(scan, each, groupAt)
  const conditions = wishes.conditions.filter(later)
  const keptLater = wishes.kept.filter(
    (each) => groups.includes(each.column) && isLater(scan, each.at),
  )
  filtersOf(
    draft,
    wishes.conditions.filter((each) => !later(each)),
    wishes.kept.filter((each) => !keptLater.includes(each)),
    [],
  )
  for (const { subject, method } of [...conditions, ...wishes.sorts]) {
    if (
      subject === undefined ||
      wishes.ratios.some(({ over, under }) => [over, under].includes(subject))
    )
      continue
    addFigure(wishes.figures, {
      subject,
      method: method ?? 'sum',
      ...(!method && { assumed: true }),
    })
  }
  const figures = figuresOf(draft, groups)
  if (scan.question) return
  const config: AggregateConfig = { group_by_axis: groups, aggregation_config: figures }
  const parts = [groups.join('・'), ...figures.map(({ name }) => name)]
  add(draft, 'aggregate', config, stepName(parts, scan.japanese))
  Object.assign(state, { subjects: figures.map(({ name }) => name), axes: groups, narrowed: true })
  const named = <Each extends { subject?: string; method?: string }>(each: Each) =>
    resultOf(draft, figures, each)
  const ranges = wishes.ranges
  wishes.ranges = []
  filtersOf(draft, conditions.map(named), keptLater, wishes.sorts.map(named))
  wishes.ranges = ranges
  chartsOf(draft, groups)
}

/** The figure of the result that a condition or an order is about. */
function resultOf<Each extends { subject?: string; method?: string }>(
  { scan }: Draft,
  figures: FigureConfig[],
  each: Each,
): Each {
  const [only, second] = figures
  if (only && !second) return { ...each, subject: only.name }
  const last = figures.at(-1)
  const found = figures.filter(
    ({ subject, method }) => subject === each.subject && (!each.method || method === each.method),
  )
  if (each.subject !== undefined && found[0]) return { ...each, subject: found[0].name }
  const isColumn = 'column' in each && each.column !== undefined
  if (isColumn) return each
  if (each.subject === undefined && last && Array.isArray(last.subject))
    return { ...each, subject: last.name }
  ask(scan, { about: 'subject', options: figures.map(({ name }) => name) })
  return each
}

/** Whether a condition is about the groups: what comes after them, unless it speaks of rows. */
function isOfResult(scan: Scan, each: Condition, groupAt: number): boolean {
  if (each.axis || each.method) return true
  if (each.percent && (scan.wishes.ratios.length > 0 || scan.wishes.figures.some(isShare)))
    return true
  const isOrder = each.filter.filter_type !== 'range'
  if (isOrder && each.at > groupAt) return true
  const beside = scan.wishes.groups.some(
    ({ end }) => end <= each.at && /^の?$/u.test(scan.tokens.text.slice(end, each.at).trim()),
  )
  if (beside) return true
  if (
    each.at < groupAt &&
    !(scan.wishes.figureAt !== undefined && scan.wishes.figureAt < each.at)
  ) {
    return !scan.japanese && each.filter.filter_type === 'topk' && !each.rows
  }
  return !each.rows
}
const isShare = (figure: Figure) => isCompared(figure) || figure.method === 'share'

function figuresOf(draft: Draft, groups: string[]): FigureConfig[] {
  const { scan, state } = draft
  const { wishes, japanese } = scan
  const wanted =
    wishes.figures.length + wishes.ratios.length === 0
      ? [{ method: 'sum', assumed: true } as Figure]
      : wishes.figures
  const figures: FigureConfig[] = []
  for (const figure of wanted) {
    const { method } = figure
    const subject = figure.subject ?? onlyOne(state.subjects) ?? onlyOne(changedBy(scan))
    if (subject === undefined) {
      ask(scan, { about: 'subject', options: state.subjects })
      continue
    }
    if (!state.subjects.includes(subject)) ask(scan, { about: 'gone', word: subject })
    const name = freeName(
      figureName(subject, method, japanese),
      figures.map((each) => each.name),
    )
    if (method === 'share') {
      const within = withinOf(scan, groups)
      figures.push({ name, method, subject, ...(within.length > 0 && { within }) })
    } else if (method === 'previous_ratio' || method === 'growth' || method === 'difference') {
      const offset = offsetOf(scan, figure)
      figures.push({ name, method, subject, along: groups[0] as string, ...(offset && { offset }) })
    } else figures.push({ name, method, subject })
  }
  for (const { over, under } of wishes.ratios) {
    const [one, other] = [over, under].map((subject) => sumOf(figures, subject, japanese)) as [
      string,
      string,
    ]
    for (const subject of [over, under])
      if (!state.subjects.includes(subject)) ask(scan, { about: 'gone', word: subject })
    const name = freeName(
      ratioName(over, under, japanese),
      figures.map((each) => each.name),
    )
    figures.push({ name, method: '/', subject: [one, other] })
  }
  return figures
}

const onlyOne = (names: string[]) => (names.length === 1 ? names[0] : undefined)
/** What is changed is what comes after is about: cut sales by 20 %, then average them. */
const changedBy = ({ wishes }: Scan) => [
  ...new Set(
    wishes.operations.flatMap(({ operation_type, target_name }) =>
      operation_type === 'modify_axis' ? [] : [target_name],
    ),
  ),
]

function sumOf(figures: FigureConfig[], subject: string, japanese: boolean): string {
  const there = figures.find((each) => each.method === 'sum' && each.subject === subject)
  if (there) return there.name
  const name = freeName(
    figureName(subject, 'sum', japanese),
    figures.map((each) => each.name),
  )
  figures.push({ name, method: 'sum', subject })
  return name
}

function withinOf(scan: Scan, groups: string[]): string[] {
  const named = [...new Set(scan.wishes.within)].filter((name) => groups.includes(name))
  if (named.length > 0 && named.length < groups.length) return named
  const time = groups.find(
    (name) => scan.times.some((each) => each.name === name) || name === timeOf(scan),
  )
  const [outer] = groups
  const isNested = groups.length === 2 && /(?:ごと|毎)の[^、]+別/u.test(scan.tokens.text)
  if (!time && isNested && outer) return [outer]
  return time && groups.length > 1 ? [time] : []
}

/** Months and quarters are compared with those of the year before where the words say "year". */
function offsetOf(scan: Scan, { offset, method }: Figure): 'year' | undefined {
  const axis = scan.times.find(({ name }) => name === timeOf(scan))
  if (!axis || axis.grain === 'year') {
    if (offset === 'month') ask(scan, { about: 'noMonths' })
    return undefined
  }
  if (offset === 'month') return undefined
  const speaksOfYear = /前年|昨年|昨対|year|yoy|annual/iu.test(
    scan.tokens.list
      .filter(({ code, means }) => code === 'm' && means.startsWith(method))
      .map(({ text }) => text)
      .join(' '),
  )
  return offset === 'year' || speaksOfYear ? 'year' : undefined
}

/** Without an axis: formulas, or the rows themselves. */
function overall(draft: Draft): void {
  const { scan } = draft
  const { wishes, japanese, tokens, list } = scan
  const isAsked = list.some(({ code }) => code === 'H')
  const isPlain = wishes.figures.length > 0 && wishes.figures.every(({ assumed }) => assumed)
  const subjects = wishes.figures.flatMap(({ subject }) => subject ?? [])
  if (isPlain && !isAsked) {
    if (tokens.rows.length === 0 && wishes.sorts.length + wishes.conditions.length === 0)
      ask(scan, { about: 'method', word: subjects.join('、'), options: subjects })
    wishes.figures = []
    if (
      wishes.conditions.every(({ subject }) => subject === undefined || subjects.includes(subject))
    )
      wishes.rowsOf.push(...subjects)
    else ask(scan, { about: 'gone', word: subjects.join('、') })
  }
  const hasNone = wishes.figures.length + wishes.ratios.length === 0
  filtersOf(draft, wishes.conditions, wishes.kept, wishes.sorts)
  if (hasNone) return
  const figures = figuresOf(draft, [])
  if (wishes.figures.some(isShare)) ask(scan, { about: 'axis', options: draft.state.axes })
  if (scan.question) return
  const isPercent = wishes.ratios.some(({ percent }) => percent)
  const formulas = figures.map(({ name, method, subject }) => ({
    formula_text: name,
    type: method,
    target_subject: subject,
    ...(isPercent && method === '/' && { unit: '%' }),
  })) as FormulaConfig[]
  add(
    draft,
    'summary',
    { formulas },
    stepName(
      figures.map(({ name }) => name),
      japanese,
    ),
  )
}
