/** A number in a sentence; `percent` when it stands with %, `bare` when it is digits alone. */
export type Spoken = { value: number; end: number; percent: boolean; bare: boolean }

const digits: Record<string, number> = Object.fromEntries(
  [...'〇一二三四五六七八九'].map((each, index) => [each, index]),
)
const small: Record<string, number> = { 十: 10, 百: 100, 千: 1_000 }
const large: Record<string, number> = { 万: 1e4, 億: 1e8, 兆: 1e12 }
const english: Record<string, number> = {
  ...{ k: 1e3, thousand: 1e3, m: 1e6, mn: 1e6, mio: 1e6, million: 1e6, millions: 1e6 },
  ...{ b: 1e9, bn: 1e9, billion: 1e9, trillion: 1e12, hundred: 100 },
}
const words: Record<string, number> = Object.fromEntries(
  'zero one two three four five six seven eight nine ten eleven twelve'
    .split(' ')
    .map((each, index) => [each, index]),
)

const sign = /(?:[-▲△]|マイナス(?=[0-9]))?/uy
const currency = /(?:[¥$€£]|usd\s?|jpy\s?)?/uy
const decimal = /(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]{1,15})(?:\.[0-9]{1,10})?/uy
const kanji = /[〇一二三四五六七八九]/uy
const scale = /\s?(?:k|mn|mio|m|bn|b|thousand|millions?|billion|trillion|hundred)(?![a-z0-9])/uy
const word = /[a-z]+/uy
const unit =
  /\s?(?:円|ドル|ユーロ|(?:yen|dollars?|euros?|usd|jpy|people|units|pieces)(?![a-z]))|(?:[人個件台本枚軒社名行位点世帯](?![数別]))|つ|か所/uy
const percent = /\s?(?:%|パーセント|(?:percent|per cent|pct)(?![a-z]))/uy
const afterKanji =
  /[十百千万億兆円人個件台本枚社名行位%つ年月割]|か月|以上|以下|未満|超|[^\p{Script=Han}]|$/uy

const read = (pattern: RegExp, text: string, at: number) => {
  pattern.lastIndex = at
  return pattern.exec(text)?.[0] ?? ''
}

/** The number that starts at a place of a text in lower case, with its unit; none if none does. */
export function readNumber(text: string, start: number): Spoken | undefined {
  const before = text.charAt(start - 1)
  if (/[a-z0-9.]/u.test(before)) return undefined
  const minus = read(sign, text, start)
  if (minus === '-' && /[^\s、,がはをにの(で]/u.test(before)) return undefined
  const money = read(currency, text, start + minus.length)
  const from = start + minus.length + money.length
  const found = readMixed(text, from) ?? (minus ? undefined : readWord(text, from))
  if (!found) return undefined
  let end = found.end
  const scaled = read(scale, text, end)
  const factor = english[scaled.trim()] ?? 1
  end += scaled.length
  const part = read(percent, text, end)
  if (part)
    return { value: signed(found.value, minus), end: end + part.length, percent: true, bare: false }
  const unitOf = read(unit, text, end)
  const bare = found.bare && !scaled && !unitOf && !money && !minus
  const value = signed(round(found.value * factor), minus)
  return { value, end: end + unitOf.length, percent: false, bare }
}

const signed = (value: number, minus: string) => (minus ? -value : value)
const round = (value: number) => Number(value.toPrecision(15))

function readWord(text: string, at: number) {
  const value = words[read(word, text, at)]
  if (value === undefined || /[a-z]/u.test(text.charAt(at - 1))) return undefined
  return { value, end: at + read(word, text, at).length, bare: false }
}

/** Digits, kanji numerals and both: 1億5000万, 二千五百, 3.5万, 百万. */
function readMixed(text: string, start: number) {
  let at = start
  let total = 0
  let section = 0
  let current: number | undefined
  let bare = true
  for (let turn = 0; turn < 30; turn += 1) {
    const plain = current === undefined ? read(decimal, text, at) : ''
    const char = text.charAt(at)
    if (plain) {
      current = Number(plain.replaceAll(',', ''))
      bare &&= !plain.includes(',') && !plain.includes('.')
      at += plain.length
    } else if (read(kanji, text, at)) {
      current = (current ?? 0) * 10 + (digits[char] ?? 0)
      bare = false
      at += 1
    } else if (small[char] && (current ?? 1) < 1e4) {
      section += (current ?? 1) * (small[char] ?? 1)
      current = undefined
      bare = false
      at += 1
    } else if (large[char] && (current !== undefined || section > 0)) {
      total += (section + (current ?? 0)) * (large[char] ?? 1)
      section = 0
      current = undefined
      bare = false
      at += 1
    } else break
  }
  if (at === start) return undefined
  if (!/[0-9]/u.test(text.slice(start, at))) {
    afterKanji.lastIndex = at
    if (!afterKanji.test(text)) return undefined
  }
  return { value: round(total + section + (current ?? 0)), end: at, bare }
}
