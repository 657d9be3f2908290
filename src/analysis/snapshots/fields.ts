import {
  maxShownItems,
  maxShownText,
  type StepDifference,
} from '../../../schemas/analysis/snapshot-differences.ts'

/**
 * The paths at which two JSON values differ, in the order of their members. A list of objects is compared
 * place by place; any other list is a value.
 */
export function* differencesOf(
  path: string,
  before: unknown,
  after: unknown,
): Generator<StepDifference> {
  if (JSON.stringify(before) === JSON.stringify(after)) return
  const [was, is] = [partsOf(before), partsOf(after)]
  if (!was || !is) {
    const [from, to] = [shorten(before), shorten(after)]
    yield {
      path,
      ...(before !== undefined && { before: from.value }),
      ...(after !== undefined && { after: to.value }),
      is_cut: from.isCut || to.isCut,
    }
    return
  }
  for (const name of new Set([...was.keys(), ...is.keys()])) {
    yield* differencesOf(`${path}.${name}`, was.get(name), is.get(name))
  }
}

/** The members of an object or a list of objects; nothing for a value. */
function partsOf(value: unknown): Map<string, unknown> | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  if (!Array.isArray(value)) return new Map(Object.entries(value))
  const isOfObjects = value.length > 0 && value.every((each) => partsOf(each) !== undefined)
  return isOfObjects ? new Map(Object.entries(value)) : undefined
}

/** A JSON value with no more items than are shown, in all its depth, and with its texts cut. */
function shorten(whole: unknown): { value: unknown; isCut: boolean } {
  let left = maxShownItems
  let isCut = false
  const kept = (value: unknown): unknown => {
    if (typeof value === 'string') return cutText(value)
    if (typeof value !== 'object' || value === null) return value
    const entries = Object.entries(value)
    const shown: [string, unknown][] = []
    for (const [name, each] of entries) {
      if (left <= 0) break
      left -= 1
      shown.push([name, kept(each)])
    }
    isCut ||= shown.length < entries.length
    return Array.isArray(value) ? shown.map(([, each]) => each) : Object.fromEntries(shown)
  }
  const cutText = (text: string) => {
    // One letter takes two places at most.
    const letters = [...text.slice(0, 2 * maxShownText + 2)]
    if (letters.length <= maxShownText) return text
    isCut = true
    return letters.slice(0, maxShownText).join('')
  }
  const value = kept(whole)
  return { value, isCut }
}
