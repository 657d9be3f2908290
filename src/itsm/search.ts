/**
 * Finds texts by what they share with a query, also in Japanese, which has no spaces: words are cut into
 * overlapping pieces. How much a piece counts follows BM25F (Robertson, Zaragoza and Taylor 2004: "Simple
 * BM25 extension to multiple weighted fields").
 */

/** A piece of a text and where it stands in the text that `normalise` gives. */
export type Gram = {
  gram: string
  start: number
  end: number
  /** What it counts for in a query: hiragana alone mostly inflects, and says little. */
  strength: number
}

/** What is known of one text: how often each gram stands in it, by the weight of the field. */
export type Indexed = { weights: ReadonlyMap<string, number>; length: number }

/** What is known of all texts together. */
export type Corpus = {
  count: number
  averageLength: number
  /** In how many texts a gram stands. */
  frequencies: ReadonlyMap<string, number>
}

/** How soon it stops to matter that a gram stands there once more, and how much long texts pay. */
const k1 = 1.2
const b = 0.75

const inflection = 0.2

const japanese = '\\p{Script=Han}\\p{Script=Hiragana}\\p{Script=Katakana}ー々〆'
const run = new RegExp(`[${japanese}]+|(?:(?![${japanese}])[\\p{L}\\p{M}\\p{N}])+`, 'gu')
const isJapanese = new RegExp(`^[${japanese}]`, 'u')

/** One spelling of what is the same but for width or case. */
export function normalise(text: string): string {
  return text.normalize('NFKC').toLowerCase()
}

/** As it is compared: hiragana as katakana, at the same places. */
export function foldKana(normal: string): string {
  return normal.replace(/[\u3041-\u3096]/g, (kana) =>
    String.fromCharCode(kana.charCodeAt(0) + 0x60),
  )
}

/**
 * Of Japanese, every two characters that follow each other and every kanji alone; of other words, every
 * three letters, or the whole of a shorter word.
 */
export function gramsOf(text: string): Gram[] {
  const normal = normalise(text)
  return [...normal.matchAll(run)].flatMap(({ 0: word, index }) => gramsIn(word, index))
}

function gramsIn(normal: string, offset: number): Gram[] {
  const word = foldKana(normal)
  const isFromJapan = isJapanese.test(word)
  const size = isFromJapan ? 2 : 3
  const starts = startsIn(word)
  const count = starts.length - 1
  const grams: Gram[] = []
  const add = (from: number, to: number) => {
    const [start, end] = [starts[from] as number, starts[to] as number]
    const isPlain = isHiragana(normal.charCodeAt(start)) && isHiragana(normal.charCodeAt(end - 1))
    grams.push({
      gram: word.slice(start, end),
      start: offset + start,
      end: offset + end,
      strength: isPlain ? inflection : 1,
    })
  }
  for (let n = 0; n <= Math.max(0, count - size); n += 1) add(n, Math.min(n + size, count))
  if (!isFromJapan || count === 1) return grams
  for (let n = 0; n < count; n += 1) {
    if (isHan(word.codePointAt(starts[n] as number) as number)) add(n, n + 1)
  }
  return grams
}

/** Where each character of a word starts, and where the last one ends. */
function startsIn(word: string): number[] {
  const starts = [0]
  for (let at = 0; at < word.length; starts.push(at)) {
    at += (word.codePointAt(at) as number) > 0xffff ? 2 : 1
  }
  return starts
}

function isHiragana(code: number): boolean {
  return code >= 0x3041 && code <= 0x3096
}

/** The blocks of CJK unified ideographs; faster than a pattern, and this runs for every character. */
function isHan(code: number): boolean {
  if (code < 0x3400) return false
  return code <= 0x9fff || (code >= 0xf900 && code <= 0xfaff) || (code >= 0x20000 && code < 0x34000)
}

/** Counts the grams of the fields of one text, each as much as its field weighs. */
export function indexOf(fields: readonly { text: string; weight: number }[]): Indexed {
  const weights = new Map<string, number>()
  let length = 0
  for (const { text, weight } of fields) {
    for (const { gram } of gramsOf(text)) {
      weights.set(gram, (weights.get(gram) ?? 0) + weight)
      length += weight
    }
  }
  return { weights, length }
}

/** How much a gram says that stands in `frequency` of `count` texts; more than 0. */
export function rarityOf(frequency: number, count: number): number {
  return Math.log(1 + (count - frequency + 0.5) / (frequency + 0.5))
}

/** What each gram of a query counts for, by where it counts most. */
export function strengthsOf(query: readonly Gram[]): Map<string, number> {
  const strengths = new Map<string, number>()
  for (const { gram, strength } of query) {
    strengths.set(gram, Math.max(strength, strengths.get(gram) ?? 0))
  }
  return strengths
}

/** How well a text answers a query; 0 where they share nothing. */
export function score(query: readonly Gram[], text: Indexed, corpus: Corpus): number {
  const relative = corpus.averageLength > 0 ? text.length / corpus.averageLength : 1
  let sum = 0
  for (const [gram, strength] of strengthsOf(query)) {
    const weight = text.weights.get(gram)
    if (weight === undefined) continue
    const frequency = weight / (1 - b + b * relative)
    const rarity = rarityOf(corpus.frequencies.get(gram) ?? 1, corpus.count)
    sum += (strength * rarity * frequency) / (k1 + frequency)
  }
  return sum
}

/** The stretches of a query that a text has, as people read them. */
export function sharedTerms(
  query: string,
  grams: readonly Gram[],
  has: (gram: string) => boolean,
): string[] {
  const shared = grams.filter(({ gram }) => has(gram)).sort((one, two) => one.start - two.start)
  const stretches: { start: number; end: number }[] = []
  for (const { start, end } of shared) {
    const last = stretches.at(-1)
    if (last && start < last.end) last.end = Math.max(last.end, end)
    else stretches.push({ start, end })
  }
  const text = normalise(query)
  return [...new Set(stretches.map(({ start, end }) => text.slice(start, end)))]
}

/** Whether one of the texts has the very words of the query. */
export function hasPhrase(query: string, texts: readonly string[]): boolean {
  const phrase = foldKana(normalise(query)).trim()
  return phrase !== '' && texts.some((text) => foldKana(normalise(text)).includes(phrase))
}
