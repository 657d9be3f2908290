import { describe, expect, test } from 'vitest'
import { repack } from '../../src/zip-package.ts'
import { type ZipPart, zipOf } from '../support/workbooks.ts'

const limits = { entries: 10, unpackedBytes: 4_000_000 }
const all = () => true
const packed = (parts: ZipPart[], ...more: [object?]) => repack(zipOf(parts, ...more), limits, all)
const text = (name: string, body = `of ${name}`): ZipPart => ({ name, body })

/** Chance of no kind: what does not get smaller. */
const noise = Buffer.from(Array.from({ length: 30_000 }, (_, n) => (n * n * 31 + n * 7) % 251))

describe('a package', () => {
  test('is made anew of the parts that are wanted, and is the same when made again', () => {
    const file = zipOf([text('a'), { ...text('b'), method: 0 }, text('c'), text('d/é')])
    const made = repack(file, limits, (name) => name !== 'c') as Buffer
    expect(made.includes('of a')).toBe(true)
    expect(made.includes('of b')).toBe(true)
    expect(made.includes('of c')).toBe(false)
    expect(repack(made, limits, all)).toEqual(made)
  })

  test('may have bytes before its end mark, and sizes in fields of their own', () => {
    const file = zipOf([text('a')])
    const comment = Buffer.from(file)
    comment.writeUInt16LE(3, comment.length - 2)
    expect(repack(Buffer.concat([comment, Buffer.from('abc')]), limits, all)).toBeInstanceOf(Buffer)
    const extra = Buffer.alloc(12)
    extra.writeUInt16LE(1, 0)
    extra.writeUInt16LE(8, 2)
    extra.writeBigUInt64LE(4n, 4)
    const said = { unpacked: 0xffffffff }
    expect(packed([{ ...text('a'), extra, said }])).toBeInstanceOf(Buffer)
    expect(packed([{ ...text('a'), said }])).toBe('unreadable')
    extra.writeBigUInt64LE(2n ** 60n, 4)
    expect(packed([{ ...text('a'), extra, said }])).toBe('too_large')
  })

  test('has so many parts at most, and unpacks to so much at most', () => {
    const parts = Array.from({ length: 11 }, (_, n) => text(`p${n}`))
    expect(packed(parts)).toBe('too_large')
    expect(packed(parts.slice(1))).toBeInstanceOf(Buffer)
    const large = { name: 'a', body: Buffer.concat(Array(50).fill(noise)) }
    expect(packed([large, { ...large, name: 'b' }])).toBeInstanceOf(Buffer)
    expect(packed([large, { ...large, name: 'b' }, { ...large, name: 'c' }])).toBe('too_large')
    expect(repack(zipOf([large]), { ...limits, unpackedBytes: 1_499_999 }, all)).toBe('too_large')
  })

  test('does not count what nobody unpacks', () => {
    const large = { name: 'picture', body: Buffer.alloc(40_000_000) }
    expect(repack(zipOf([text('a'), large]), limits, (name) => name === 'a')).toBeInstanceOf(Buffer)
  })

  test('is a bomb where a large part is nearly nothing when packed', () => {
    expect(packed([{ name: 'a', body: Buffer.alloc(1_000_000) }])).toBeInstanceOf(Buffer)
    expect(packed([{ name: 'a', body: Buffer.alloc(2_000_000) }])).toBe('too_large')
    const rows = '<row><c><v>0</v></c><c><v>0</v></c><c><v>0</v></c></row>'.repeat(40_000)
    expect(packed([text('zeros', rows)])).toBeInstanceOf(Buffer)
  })

  test.each<[string, ZipPart[]]>([
    ['says too little of a part', [{ ...text('a'), said: { unpacked: 3 } }]],
    ['says too little of a large part', [{ name: 'a', body: noise, said: { unpacked: 29_999 } }]],
    ['says too much of a part', [{ ...text('a'), said: { unpacked: 5 } }]],
    ['says too much of a stored part', [{ ...text('a'), method: 0, said: { unpacked: 5 } }]],
    ['says that it goes on past its end', [{ ...text('a'), said: { packed: 5000 } }]],
    ['says that it begins nowhere', [{ ...text('a'), said: { start: 1_000_000 } }]],
    ['has two parts of a name', [text('a'), text('a')]],
    ['has two parts of nearly a name', [text('a'), text('A')]],
    ['has parts that share bytes', [text('a'), { ...text('a2'), said: { start: 0, name: 'a2' } }]],
    ['calls a part differently in two places', [{ ...text('a'), said: { name: 'b' } }]],
    ['leads out of itself', [text('../a')]],
    ['leads anywhere', [text('/a')]],
    ['has names of another system', [text('xl\\a')]],
    ['has a part without a name', [text('')]],
    ['is packed in another way', [{ ...text('a'), method: 12 }]],
    ['is damaged', [{ name: 'a', body: 'no deflate', method: 8, said: {} }]],
  ])('is refused that %s', (what, parts) => {
    const file = zipOf(parts)
    if (what === 'is damaged') file.fill(0xff, 31, 36)
    expect(repack(file, limits, all)).toBe('unreadable')
  })

  test('unpacks nothing that has parts within parts: each byte belongs to one', () => {
    // As bombs do that unpack to more than any ratio allows: every entry is of the same bytes.
    const kernel = { name: 'a', body: noise }
    const said = { start: 0, name: 'a' }
    expect(packed([kernel, ...[1, 2, 3].map((n) => ({ ...text(`a${n}`), said }))])).toBe(
      'unreadable',
    )
    const [inner = text('x')] = [{ name: 'a', body: zipOf([kernel]), method: 0 }]
    expect(packed([inner])).toBeInstanceOf(Buffer)
  })

  test('is told to be encrypted', () => {
    for (const flags of [1, 0x40, 0x2000])
      expect(packed([{ ...text('a'), flags }])).toBe('encrypted')
  })

  test('is none where its end is missing or says something else', () => {
    const file = zipOf([text('a'), text('b')])
    for (let length = 0; length < file.length; length += 7) {
      expect(repack(file.subarray(0, length), limits, all)).toBe('unreadable')
    }
    expect(packed([text('a'), text('b')], { count: 1 })).toBe('unreadable')
    expect(packed([text('a')], { count: 2 })).toBe('unreadable')
    expect(packed([text('a')], { count: 0xffff })).toBe('too_large')
    expect(packed([])).toBeInstanceOf(Buffer)
    for (const at of [4, 6, 8, 16]) {
      const odd = Buffer.from(file)
      odd.writeUInt16LE(0xffff, odd.length - 22 + at)
      expect(repack(odd, limits, all)).toBe('unreadable')
    }
  })
})
