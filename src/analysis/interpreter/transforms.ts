import { ask, each, type Scan, subjectsOf, use } from './scan.ts'
import type { Token } from './tokens.ts'

type Sign = '+' | '-' | '*' | '/'
const n = '[NPy]'

/** New 科目, changed 科目, and values that become one. */
export function readTransforms(scan: Scan): void {
  each(scan, /((?:V[&,|]*)+[,&]*)([^VM]{0,12})M/u, (found, groups, from) =>
    merge(scan, found, groups, from),
  )
  each(scan, /M((?:V[&,|]*)+)/u, (found, _, from) => mergeInto(scan, found, from))
  if (scan.codes.includes('n')) newSubject(scan)
  each(scan, new RegExp(`S?[b]?${n}[b]?k|kSb?${n}`, 'u'), (found) => {
    const number = found.find(({ code }) => /[NPy]/u.test(code))
    const by = Number(found.find(({ code }) => code === 'k')?.means ?? 1) * (number?.number ?? 0)
    if (number?.code === 'P') return scale(scan, found, '*', Number((1 + by / 100).toPrecision(12)))
    return scale(scan, found, by < 0 ? '-' : '+', Math.abs(by))
  })
  each(scan, /S?[Ny]?\^|\^S/u, (found) => {
    const number = found.find(({ code }) => /[Ny]/u.test(code))?.number
    const factor = Number(found.find(({ code }) => code === '^')?.means || number)
    return Number.isFinite(factor) ? scale(scan, found, '*', factor) : false
  })
  each(scan, /S?K|KS/u, (found) =>
    scale(scan, found, '/', Number(found.find(({ code }) => code === 'K')?.means)),
  )
  each(
    scan,
    new RegExp(`S${n}[-+*/]|S[-+*/]${n}|(?<!S)[*/]S[bt]?${n}|[-+]${n}[ft]S`, 'u'),
    (found) => {
      const sign = found.find(({ code }) => /[-+*/]/u.test(code))?.code as Sign
      const number = found.find(({ code }) => /[NPy]/u.test(code))
      const value = number?.number ?? 0
      return scale(scan, found, sign, number?.code === 'P' ? value / 100 : value)
    },
  )
}

function scale(scan: Scan, found: Token[], sign: Sign, by: number): true {
  const subject = subjectsOf(found)[0] ?? onlySubject(scan)
  if (subject === undefined) return ask(scan, { about: 'subject' })
  if (sign === '/' && by === 0) return ask(scan, { about: 'contradiction' })
  scan.wishes.operations.push({
    operation_type: 'modify_subject',
    target_name: subject,
    calculation: { type: 'formula', formula_type: sign, operands: [subject, by] },
  })
  return true
}

const onlySubject = ({ table }: Scan) =>
  table.subjects.length === 1 ? table.subjects[0] : undefined

function merge(scan: Scan, found: Token[], [, list = '']: string[], from: number): boolean {
  const values = found.slice(0, list.length).filter(({ code }) => code === 'V')
  const last = values.at(-1)
  const word = found.at(-1)
  if (!last || !word) return false
  const name = cleaned(scan.tokens.text.slice(last.end, word.start))
  if (!name) return false
  return mapped(scan, values, name, () =>
    use(
      scan,
      found.map((_, index) => from + index),
    ),
  )
}

function mergeInto(scan: Scan, found: Token[], from: number): boolean | number[] {
  const values = found.filter(({ code }) => code === 'V')
  const end = found.filter(({ code }) => code === 'V').at(-1)?.end ?? 0
  const rest = scan.tokens.text.slice(end)
  const into =
    /^\s*(?:region|value)?s?\s*(?:together\s+)?(?:into|as|to|under|by|with)\s+(?:one\s+)?(?:called\s+|named\s+)?(["']?)(?<name>[^,;.:"]{1,60}?)\1(?=\s*(?:$|[,;.!?]|\bthen\b|\band\b))/iu.exec(
      rest,
    )
  const name = cleaned(into?.groups?.name ?? '')
  if (!name || !into) return ask(scan, { about: 'name' })
  const stop = end + into[0].length
  const inside = scan.list.flatMap((token, place) =>
    token.start >= end && token.end <= stop ? [place] : [],
  )
  return mapped(scan, values, name, () =>
    use(scan, [...found.map((_, index) => from + index), ...inside]),
  )
}

function mapped(scan: Scan, values: Token[], name: string, done: () => void): boolean {
  const columns = values.map(({ reading }) => new Set(reading?.values.map(({ column }) => column)))
  const shared = [...(columns[0] ?? [])].filter((column) =>
    columns.every((each) => each.has(column)),
  )
  const [axis, second] = shared
  if (!axis || second)
    return ask(scan, {
      about: 'columns',
      word: values.map(({ text }) => text).join(' '),
      options: shared,
    })
  const names = values.flatMap(
    ({ reading }) =>
      reading?.values.filter(({ column }) => column === axis).map(({ value }) => value) ?? [],
  )
  scan.wishes.operations.push({
    operation_type: 'modify_axis',
    target_name: axis,
    calculation: {
      type: 'mapping',
      operands: [axis],
      mapping_dict: Object.fromEntries(names.map((each) => [each, name])),
    },
  })
  done()
  return false
}

/** 売上からコストを引いて利益を追加: the terms, then the name between them and 追加, or before them. */
function newSubject(scan: Scan): void {
  const x = '[SNPy]'
  const form = new RegExp(
    `(?:Sf${x}-)|(?:S${x}[-+*/])|(?:S&S[-+*/])|(?:-SfS)|(?:SS[-+*/])|(?:S[-+*/&]${x})|(?:SqSQ?)|(?:Q?S[t]SQ?)|(?:/S[b]S)`,
    'u',
  )
  each(scan, form, (found, [all = ''], from) => {
    const terms = found
      .filter(({ code }) => /[SNPy]/u.test(code))
      .map(
        (token) =>
          token.reading?.subject ??
          (token.code === 'P' ? (token.number ?? 0) / 100 : (token.number ?? 0)),
      )
    const sign = found.find(({ code }) => /[-+*/]/u.test(code))?.code as Sign | undefined
    const isSwapped = /^-/u.test(all) || /q/u.test(all)
    const operands = isSwapped ? terms.reverse() : terms
    if (!sign && !/[qQt]/u.test(all)) return false
    const target = nameOf(scan, found)
    if (!target) return ask(scan, { about: 'name' })
    const { subjects } = scan.table
    scan.wishes.operations.push({
      operation_type: 'add_subject',
      target_name: subjects.includes(target.name) ? `${target.name} (2)` : target.name,
      calculation: { type: 'formula', formula_type: sign ?? '/', operands },
    })
    use(scan, [...target.places, ...found.map((_, index) => from + index)])
    return false
  })
}

/** The name of what is added: what stands between the terms and the word "add", on either side. */
function nameOf({ list, tokens, codes }: Scan, found: Token[]) {
  const add = list.find((_, place) => codes[place] === 'n')
  const [first, last] = [found[0], found.at(-1)]
  if (!add || !first || !last) return undefined
  const stops = list
    .filter(({ code }) => code === '.' || code === ',')
    .filter(({ text }) => /[、,。.]/u.test(text))
  const start = Math.max(0, ...stops.filter(({ end }) => end <= first.start).map(({ end }) => end))
  const stop = Math.min(
    tokens.text.length,
    ...stops.filter((each) => each.start >= Math.max(last.end, add.end)).map((each) => each.start),
  )
  const pieces =
    add.start >= last.end
      ? [
          [last.end, add.start],
          [start, first.start],
          [add.end, stop],
        ]
      : [
          [add.end, first.start],
          [last.end, stop],
        ]
  for (const [from = 0, to = 0] of pieces) {
    const name = cleaned(tokens.text.slice(from, to))
    if (!name) continue
    const places = list.flatMap((token, place) =>
      token === add || (token.start >= from && token.end <= to) ? [place] : [],
    )
    return { name, places }
  }
  return undefined
}

const around = [
  /^(?:\s|[、,。.:=「『"']|た|て|し|る|の|は|を|に|で|へ|もの|値|結果|差|差額|額|新しい(?:科目|列|項目)?|それを|計算(?:し(?:て|た))?|した|して|という)+/u,
  /(?:\s|[、,。.:=」』"']|は|を|に|で|へ|と|として|という|の)+(?:新しい|新規)?(?:科目|列|項目|指標|名前|名|カラム)?(?:として|という|を|に|で|の|は)*$/u,
  /^(?:(?:a|an|the|new|subject|column|item|figure|measure|metric|field|line|called|named|it|and|call|as|of|for|with)\s+)+/iu,
  /(?:\s+(?:calculated|computed|defined|given|obtained|which|that|is|equals|equal|as|by|from|to|of|for|the|with|column|subject|being|using|be|formula))+$/iu,
  /\s*[=:]$/u,
  /^(?:ください|下さい|ほしい|欲しい|please).*$/u,
]
const maxName = 60

/** A name without quotes and the words around it. */
function cleaned(text: string): string | undefined {
  const quoted = /[「『"](?<name>[^「」『』"]+)[」』"]/u.exec(text)?.groups?.name
  let name = quoted ?? ` ${text} `.replace(/\s+/gu, ' ').trim()
  if (!quoted) for (const pattern of around) name = name.replace(pattern, '').trim()
  if (/^(?:and|it|as|then|that|is|of|by|from|it as)$/iu.test(name)) return undefined
  return name && name.length <= maxName && /[\p{L}\p{N}]/u.test(name) ? name : undefined
}
