import { describe, expect, test } from 'vitest'
import { changeOf } from '../../../src/driver-tree/output/boxes.ts'
import { drawTree, maxDrawn } from '../../../src/driver-tree/output/picture.ts'
import { escaped, shownNumber, widthOf, wrapped } from '../../../src/svg-text.ts'
import { type Described, model } from '../../support/calculation.ts'
import { calculated, policy } from '../../support/tree-books.ts'

/** Rectangles of nodes, which have rounded corners of their own. */
const boxesIn = (svg: string) =>
  [...svg.matchAll(/<rect x="([\d.-]+)" y="([\d.-]+)" width="220" height="104"/g)].map(
    ([, x, y]) => ({ x: Number(x), y: Number(y) }),
  )

async function draw(nodes: Record<string, Described>, policies: ReturnType<typeof policy>[] = []) {
  const tree = await calculated({ ...model(nodes), policies })
  return drawTree({ name: 'ツリー', ...tree, units: new Map([['売上', '円']]) })
}

describe('the picture of a tree', () => {
  test('has a box for each node, none over another, all inside', async () => {
    const svg = await draw({
      利益: ['-', '売上', '費用'],
      売上: ['*', '単価', '数量'],
      費用: ['*', '売上', '率'],
      単価: 1,
      数量: 2,
      率: 0.5,
      孤立: 3,
    })
    const boxes = boxesIn(svg)
    expect(boxes).toHaveLength(7)
    for (const [at, a] of boxes.entries()) {
      for (const b of boxes.slice(at + 1)) {
        expect(Math.abs(a.x - b.x) >= 220 || Math.abs(a.y - b.y) >= 104).toBe(true)
      }
    }
    const [, width, height] = /viewBox="0 0 (\d+) (\d+)"/.exec(svg) ?? []
    for (const { x, y } of boxes) {
      expect(x + 220).toBeLessThan(Number(width))
      expect(y + 104).toBeLessThan(Number(height))
    }
  })

  test('shows values, deltas, units and operators', async () => {
    const svg = await draw({ 売上: ['*', '単価', '数量'], 単価: 100, 数量: 10 }, [
      policy('単価', 1.5),
    ])
    expect(svg).toContain('>1,000 → 1,500 円<')
    expect(svg).toContain('>▲ +500 (+50.0%)<')
    expect(svg).toContain('>×<')
    expect(svg).toContain('>= 単価 * 数量<')
    expect(svg).toContain(
      '<desc id="desc">3 ノードのドライバーツリー。ルート「売上」: 基準 1,000、シミュレーション 1,500円、▲ +500 (+50.0%)</desc>',
    )
  })

  test('takes no markup from names', async () => {
    const hostile = `</text><script>alert(1)</script>"'&\u0000\ud800]]>`
    const svg = await draw({ [hostile]: ['+', '"><image href="x"/>'], '"><image href="x"/>': 1 })
    expect(svg).not.toMatch(/<script|<image|href="|\son\w+="|<style|\p{Cs}|\]\]>/u)
    expect(svg).not.toContain('\u0000')
    expect(new Set(Array.from(svg.matchAll(/<(\w+)/g), ([, name]) => name))).toEqual(
      new Set(['svg', 'title', 'desc', 'rect', 'text', 'path', 'g']),
    )
  })

  test('draws what is nearest to the root of a large tree, and says so', async () => {
    const chain: Record<string, Described> = {}
    for (let at = 0; at < 1500; at += 1) chain[`節${at}`] = ['+', `節${at + 1}`]
    const svg = await draw({ ...chain, 節1500: 1 })
    expect(boxesIn(svg)).toHaveLength(maxDrawn)
    expect(svg).toContain('1,501 ノードのうち、ルートに近い 500 ノードを描いています。')
    expect(svg).toContain('>節499<')
    expect(svg).not.toContain('>節500<')
  })

  test('says that an empty tree has no nodes', async () => {
    expect(await draw({})).toContain('ノードがありません。')
  })
})

describe('text in a picture', () => {
  test('counts full-width letters double, and breaks and ends where it must', () => {
    expect(widthOf('売上')).toBe(2)
    expect(widthOf('ab')).toBeLessThan(1.3)
    expect(wrapped('短い', 10, 2)).toEqual(['短い'])
    expect(wrapped('あいうえおかきくけこさしすせそ', 6, 2)).toEqual(['あいうえおか', 'きくけこさ…'])
    expect(wrapped('total sales of everything', 8, 2)).toEqual(['total sales', 'of everything'])
    expect(wrapped('', 6, 2)).toEqual([])
    expect(wrapped('あ', 0.1, 1)).toEqual(['あ…'])
    expect(wrapped('👨‍👩‍👧'.repeat(20), 4, 1)[0]).not.toMatch(/\p{Cs}/u)
  })

  test('is escaped', () => {
    expect(escaped(`<a b="c">&'\u0001`)).toBe('&lt;a b=&quot;c&quot;&gt;&amp;&#39;\ufffd')
  })

  test.each([
    [null, '—'],
    [0, '0'],
    [-0, '0'],
    [1234567.8, '1,234,568'],
    [1234.56, '1,234.6'],
    [0.12345, '0.1235'],
    [-2.5, '-2.5'],
    [1e20, '1.00e+20'],
    [1e-9, '1.00e-9'],
  ])('shows %s as %s', (value, text) => {
    expect(shownNumber(value)).toBe(text)
  })

  test('compares what can be compared', () => {
    expect(changeOf({ baseline: 0, simulated: 5 })?.text).toBe('▲ +5')
    expect(changeOf({ baseline: -10, simulated: -15 })?.text).toBe('▼ -5 (-50.0%)')
    expect(changeOf({ baseline: null, simulated: 1 })?.text).toBe('比較できません')
    expect(changeOf({ baseline: null, simulated: null })).toBeNull()
    expect(changeOf({ baseline: -1.7e308, simulated: 1.7e308 })?.text).toBe('比較できません')
  })
})
