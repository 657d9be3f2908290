/** How deep lists and objects may stand in one another, and how long a number may be. */
const maxDepth = 1000
const maxWord = 1000

const value = /^(?:true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][-+]?\d+)?)$/
const escaped = /^(?:["\\/bfnrt]|u[\da-fA-F]{4})$/

/** What may come next, besides blanks. */
type Expected = 'value' | 'value or ]' | 'key' | 'key or }' | ':' | ', or end' | 'nothing'

/**
 * Checks a text that comes piece by piece, and of which nothing is kept, to be one value of JSON
 * (RFC 8259).
 */
export function createJsonCheck(refuse: () => Error) {
  const open: ('[' | '{')[] = []
  let expected: Expected = 'value'
  let inside: 'text' | 'escape' | 'word' | 'between' = 'between'
  let word = ''

  const afterValue = () => {
    expected = open.length === 0 ? 'nothing' : ', or end'
  }
  const isValueNext = () => expected === 'value' || expected === 'value or ]'
  const isKeyNext = () => expected === 'key' || expected === 'key or }'

  function begin(bracket: '[' | '{'): void {
    if (!isValueNext() || open.length === maxDepth) throw refuse()
    open.push(bracket)
    expected = bracket === '[' ? 'value or ]' : 'key or }'
  }

  function finish(bracket: '[' | '{'): void {
    const isEmpty = expected === (bracket === '[' ? 'value or ]' : 'key or }')
    if (open.pop() !== bracket || !(isEmpty || expected === ', or end')) throw refuse()
    afterValue()
  }

  /** Answers where to go on. */
  function between(text: string, at: number): number {
    const letter = text[at] as string
    if (letter === '{' || letter === '[') begin(letter)
    else if (letter === '}') finish('{')
    else if (letter === ']') finish('[')
    else if (letter === ':' && expected === ':') expected = 'value'
    else if (letter === ',' && expected === ', or end') {
      expected = open.at(-1) === '[' ? 'value' : 'key'
    } else if (letter === '"' && (isValueNext() || isKeyNext())) {
      inside = 'text'
    } else if (isValueNext() && /[-\dtfn]/.test(letter)) {
      inside = 'word'
      word = ''
      return at
    } else if (!' \t\n\r'.includes(letter)) throw refuse()
    return at + 1
  }

  function inText(text: string, at: number): number {
    // The end of the text, an escape, or a control character, of which JSON allows none.
    const stop = /[^ !#-[\]-\uffff]/g
    stop.lastIndex = at
    const end = stop.exec(text)
    if (!end) return text.length
    if (end[0] === '\\') {
      inside = 'escape'
      word = ''
    } else if (end[0] === '"') {
      inside = 'between'
      if (isKeyNext()) expected = ':'
      else afterValue()
    } else throw refuse()
    return end.index + 1
  }

  function inEscape(text: string, at: number): number {
    word += text[at]
    if (escaped.test(word)) inside = 'text'
    else if (!/^u[\da-fA-F]{0,3}$/.test(word)) throw refuse()
    return at + 1
  }

  function inWord(text: string, at: number): number {
    const [part = ''] = /^[-+.\w]*/.exec(text.slice(at, at + maxWord + 1)) ?? []
    word += part
    if (word.length > maxWord) throw refuse()
    if (at + part.length < text.length) endWord()
    return at + part.length
  }

  function endWord(): void {
    if (!value.test(word)) throw refuse()
    inside = 'between'
    afterValue()
  }

  const steps = { text: inText, escape: inEscape, word: inWord, between }
  return {
    take(text: string): void {
      for (let at = 0; at < text.length; ) at = steps[inside](text, at)
    },
    end(): void {
      if (inside === 'word') endWord()
      if (inside !== 'between' || expected !== 'nothing') throw refuse()
    },
  }
}
