import { describe, expect, test } from 'vitest'
import { createRecords } from '../../../src/analysis/parsing/records.ts'
import { type CsvFaults, readRecords } from '../../../src/csv.ts'
import { chanceOf } from '../../support/workbooks.ts'

const faults: CsvFaults = {
  stop: (fault) => {
    throw Object.assign(new Error('fault'), { fault })
  },
}
const narrow = { maxCell: 12, maxColumns: 6, separator: ',' as const }

/** What the strict reader makes of a text: its records, and the fault that it ends with. */
async function strictly(pieces: string[], limits = narrow) {
  const records: { cells: string[]; isAfterGap: boolean }[] = []
  let expected = 1
  try {
    for await (const { line, cells } of readRecords(stream(pieces), faults, limits)) {
      records.push({ cells, isAfterGap: line > expected })
      expected = line + 1 + (cells.join('').match(/\n/g)?.length ?? 0)
    }
  } catch (error) {
    return { records, fault: Object(error).fault }
  }
  return { records, fault: undefined }
}

function quickly(pieces: string[], limits = narrow) {
  const records: { cells: string[]; isAfterGap: boolean }[] = []
  try {
    const reader = createRecords(faults, limits, (cells, isAfterGap) => {
      records.push({ cells, isAfterGap })
    })
    for (const piece of pieces) reader.push(piece)
    reader.end()
  } catch (error) {
    return { records, fault: Object(error).fault }
  }
  return { records, fault: undefined }
}

async function* stream(pieces: string[]) {
  yield* pieces
}

describe('records of comma-separated text', () => {
  test.for([
    ['plain lines', 'a,b\n1,2\n'],
    ['a last line without an end', 'a,b\n1,2'],
    ['a last empty cell', 'a,b\n1,'],
    ['CR LF, and CR alone', 'a,b\r\n1,2\r3,4\r\r5,6'],
    ['empty lines', '\n\na\n\n\nb\n'],
    ['quoted cells', '"a","b ""c"""\n"d\ne",f\n"",""\n'],
    ['an empty quoted cell alone', '""\n\n""'],
    ['lines of nothing but commas', ',,\n,\n'],
    ['a quotation mark in a plain cell', 'a,b\nx"y,1\n'],
    ['letters behind a quoted cell', 'a,b\n"x"y,1\n'],
    ['quotation marks that never end', 'a,b\n"x,1\n2,3'],
    ['a NUL', 'a,b\n1,\0\n'],
    ['a control character between quotation marks', 'a\n"x\n\x01"\n'],
    ['a long cell', 'a\n1234567890123\n'],
    ['a long quoted cell', 'a\n"12345\n7890123"\n'],
    ['too many cells', '1,2,3,4,5,6\n1,2,3,4,5,6,7\n'],
    ['no text', ''],
  ])('%s', async ([, text = '']) => {
    const expected = await strictly([text])
    expect(quickly([text])).toEqual(expected)
    expect(quickly([...text])).toEqual(expected)
  })

  test('are those of the strict reader, however the text is cut', async () => {
    const chance = chanceOf(7)
    const letters = [',', ',', '\n', '\r', '"', '"', 'a', 'あ', ' ', '1', '\t', '\0', '""', '\r\n']
    const pick = () => letters[Math.floor(chance() * (chance() < 0.1 ? 14 : 11))] as string
    const wide = { ...narrow, maxCell: 1000 }
    let faulty = 0
    for (let round = 0; round < 20_000; round += 1) {
      const pieces = Array.from({ length: 1 + Math.floor(chance() * 4) }, () =>
        Array.from({ length: Math.floor(chance() * 9) }, pick).join(''),
      )
      const expected = await strictly(pieces, wide)
      if (expected.fault) faulty += 1
      expect(quickly(pieces, wide), JSON.stringify(pieces)).toEqual(expected)
    }
    expect([faulty > 2000, faulty < 18_000]).toEqual([true, true])
  })
})
