const dashes = /[‐‑‒–—―−]/gu
const invisible = /\p{Cc}|\p{Cf}|\ufe0f|\u20e3/gu

/** What is said in one spelling: NFKC, one dash, one wave, one kind of quotes; case stays. */
export function normalise(says: string): string {
  return says
    .normalize('NFKC')
    .replace(/[\t\r\n]+/gu, '。')
    .replace(/\p{Extended_Pictographic}/gu, ' ')
    .replace(invisible, '')
    .replace(dashes, '-')
    .replace(/[〜～∼]/gu, '~')
    .replace(/[’‘´`]/gu, "'")
    .replace(/[“”„«»]/gu, '"')
    .trim()
}

export const isKanji = (each: string | undefined) => !!each && /[\p{Script=Han}々]/u.test(each)
const isLatin = (each: string | undefined) => !!each && /[a-zà-ÿ0-9]/u.test(each)

/** Lower case, character by character, so that places in the text stay the same. */
export function lower(text: string): string {
  return Array.from({ length: text.length }, (_, at) => {
    const each = text.charAt(at)
    const small = each.toLowerCase()
    return small.length === 1 ? small : each
  }).join('')
}

const okurigana: Record<string, string> = {
  ...{ 上: 'げ', 下: 'げ', 売: 'り', 買: 'い', 引: 'き', 払: 'い', 扱: 'い', 合: 'い', 込: 'み' },
  ...{ 積: 'み', 付: 'け', 掛: 'け', 受: 'け', 替: 'え', 換: 'え', 取: 'り', 割: 'り', 繰: 'り' },
  ...{ 借: 'り', 貸: 'し', 差: 'し', 戻: 'し', 申: 'し', 見: 'え', 問: 'い', 立: 'て', 振: 'り' },
}

const endings: [RegExp, string][] = [
  [/'s$/u, ''],
  [/(..)ies$/u, '$1y'],
  [/(ss|sh|ch|x)es$/u, '$1'],
  [/([^su'i].?[^su'i])s$/u, '$1'],
]
/** An English word without the ending of plural or owner. */
export function stem(word: string): string {
  let short = word.replace(/s'$/u, 's')
  for (const [ending, by] of endings) short = short.length > 3 ? short.replace(ending, by) : short
  return short.replace(/'/gu, '')
}

/** A character that names are compared by, and where it stands in the text. */
export type Mark = { char: string; start: number; end: number; opens: boolean; closes: boolean }

/** A text without case, spaces, dashes, okurigana and plurals. */
export function marksOf(text: string): Mark[] {
  const small = lower(text)
  const marks: Mark[] = []
  const word = /[a-zà-ÿ]+(?:'[a-z]+)*'?|[0-9]+/uy
  for (let at = 0; at < small.length; ) {
    const char = small.charAt(at)
    word.lastIndex = at
    const run = isLatin(char) ? word.exec(small)?.[0] : undefined
    if (run) {
      const short = stem(run)
      for (let index = 0; index < short.length; index += 1) {
        const closes = index === short.length - 1
        const end = closes ? at + run.length : at + index + 1
        const mark = { char: short.charAt(index), start: at + index, end, opens: index === 0 }
        marks.push({ ...mark, closes })
      }
      at += run.length
      continue
    }
    const last = marks.at(-1)
    if (last && last.end === at && okurigana[last.char] === char) last.end += 1
    else if (!/[\s_\-~・]/u.test(char)) {
      marks.push({ char, start: at, end: at + 1, opens: true, closes: true })
    }
    at += 1
  }
  return marks
}

/** What two spellings of one name have in common. */
export const keyOf = (name: string) =>
  marksOf(normalise(name))
    .map(({ char }) => char)
    .join('')
