import { describe, expect, test } from 'vitest'
import {
  gramsOf,
  hasPhrase,
  indexOf,
  normalise,
  rarityOf,
  score,
  sharedTerms,
} from '../../../src/itsm/search.ts'

const pieces = (text: string) => gramsOf(text).map(({ gram }) => gram)

describe('grams', () => {
  test.for([
    ['印刷', ['印刷', '印', '刷']],
    ['ぷりんた', ['プリ', 'リン', 'ンタ']],
    ['ﾌﾟﾘﾝﾀ', ['プリ', 'リン', 'ンタ']],
    ['送れない', ['送レ', 'レナ', 'ナイ', '送']],
    ['ＶＰＮ', ['vpn']],
    ['PC', ['pc']],
    ['Printer', ['pri', 'rin', 'int', 'nte', 'ter']],
    ['VPN接続', ['vpn', '接続', '接', '続']],
    ['𠮷野', ['𠮷野', '𠮷', '野']],
    ['あ', ['ア']],
    ['', []],
    [' 　-!？', []],
  ] as const)('of %s', ([text, grams]) => {
    expect(pieces(text)).toEqual(grams)
  })

  test('say where they stand in the text as it is normalised', () => {
    const text = 'エラー：ﾒｰﾙが VPN で𠮷'
    const normal = normalise(text)
    for (const { gram, start, end } of gramsOf(text)) {
      expect(pieces(normal.slice(start, end))).toContain(gram)
    }
  })
})

describe('a score', () => {
  const texts = ['メール送信ができません', 'プリンターの障害', 'メールの容量が足りません']
  const indexes = texts.map((text) => indexOf([{ text, weight: 1 }]))
  const frequencies = new Map<string, number>()
  for (const { weights } of indexes) {
    for (const gram of weights.keys()) frequencies.set(gram, (frequencies.get(gram) ?? 0) + 1)
  }
  const averageLength = indexes.reduce((sum, { length }) => sum + length, 0) / indexes.length
  const corpus = { count: indexes.length, averageLength, frequencies }
  const ranking = (query: string) => indexes.map((index) => score(gramsOf(query), index, corpus))

  test('finds words that are written together, by what they share', () => {
    const [sending, printing, filling] = ranking('メールが送れない') as [number, number, number]
    expect(sending).toBeGreaterThan(filling)
    expect(filling).toBeGreaterThan(0)
    expect(printing).toBe(0)
  })

  test('finds words of two characters', () => {
    expect(ranking('障害').map((each) => each > 0)).toEqual([false, true, false])
  })

  test('counts a gram more the heavier its field, less the longer its text', () => {
    const one = (weight: number, text = '障害') => indexOf([{ text, weight }])
    const even = { ...corpus, averageLength: 0 }
    expect(score(gramsOf('障害'), one(4), even)).toBeGreaterThan(
      score(gramsOf('障害'), one(1), even),
    )
    const long = one(1, `障害${'あいうえおかき'.repeat(20)}`)
    expect(score(gramsOf('障害'), one(1), corpus)).toBeGreaterThan(
      score(gramsOf('障害'), long, corpus),
    )
  })

  test('is the sum that BM25F gives, worked by hand', () => {
    const query = [{ gram: 'vpn', start: 0, end: 3, strength: 1 }]
    const index = { weights: new Map([['vpn', 4]]), length: 10 }
    const known = { count: 3, averageLength: 10, frequencies: new Map([['vpn', 1]]) }
    // ln(1 + 2.5 / 1.5) · 4 / (1.2 + 4)
    expect(score(query, index, known)).toBeCloseTo(0.980829 * 0.769231, 5)
    expect(rarityOf(3, 3)).toBeGreaterThan(0)
  })
})

test('shared terms are the stretches that a text has, as people read them', () => {
  const has = new Set(pieces('メール送信ができません'))
  const query = 'メールが送れない'
  expect(sharedTerms(query, gramsOf(query), (gram) => has.has(gram))).toEqual(['メール', '送'])
})

test.for([
  ['送信ができ', true],
  ['ﾒｰﾙ送信', true],
  ['メール 送信', false],
  ['めーる', true],
  [' ', false],
] as const)('the words %s stand there: %s', ([query, expected]) => {
  expect(hasPhrase(query, ['件名', 'メール送信ができません'])).toBe(expected)
})
