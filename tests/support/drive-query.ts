import { refuse } from './drive-answers.ts'
import type { DriveFile } from './drive-tree.ts'

type Term = {
  kind: 'parent' | 'name' | 'mimeType' | 'trashed' | 'property'
  operator: string
  key?: string
  value: string
}

const text = `'((?:[^'\\\\]|\\\\['\\\\])*)'`
const grammar: [Term['kind'], RegExp][] = [
  ['parent', new RegExp(`^()${text} in parents`)],
  ['name', new RegExp(`^name (=|!=|contains) ${text}`)],
  ['mimeType', new RegExp(`^mimeType (=|!=) ${text}`)],
  ['trashed', /^trashed (=|!=) (true|false)/],
  ['property', new RegExp(`^appProperties (has) \\{ key=${text} and value=${text} \\}`)],
]

const unescaped = (value: string) => value.replace(/\\(.)/g, '$1')

/** Terms that are joined by `and`; nothing else of Google's language is understood. */
export function termsIn(query: string): Term[] {
  const terms: Term[] = []
  let rest = query
  while (rest) {
    const found = grammar.map(([kind, form]) => ({ kind, match: form.exec(rest) }))
    const hit = found.find(({ match }) => match)
    if (!hit?.match) throw refuse(400, 'invalid', 'Invalid Value')
    const [all, operator = '', first = '', second] = hit.match
    const key = second === undefined ? {} : { key: unescaped(first) }
    terms.push({ kind: hit.kind, operator, ...key, value: unescaped(second ?? first) })
    rest = rest.slice(all.length)
    if (rest && !/^ and ./.test(rest)) throw refuse(400, 'invalid', 'Invalid Value')
    rest = rest.replace(/^ and /, '')
  }
  return terms
}

export function matches(file: DriveFile, isTrashed: boolean, term: Term): boolean {
  const { kind, operator, key = '', value } = term
  if (kind === 'parent') return file.parents.includes(value)
  if (kind === 'property') return file.appProperties[key] === value
  const has = kind === 'trashed' ? String(isTrashed) : file[kind]
  // Google's `contains` looks at the beginnings of words.
  if (operator === 'contains') return has.split(/\W+/).some((word) => word.startsWith(value))
  return (has === value) === (operator === '=')
}
