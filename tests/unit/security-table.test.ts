import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'

const root = join(import.meta.dirname, '../..')
const read = (path: string) => readFileSync(join(root, path), 'utf8')

type Row = { threat: string; defence: string; proof: string }

/** The rows of every table of docs/security.md whose last column names tests. */
function rowsOf(page: string): Row[] {
  return page.split('\n').flatMap((line) => {
    const cells = line
      .split(/(?<!\\)\|/)
      .slice(1, -1)
      .map((cell) => cell.trim())
    const [threat = '', defence = '', proof = ''] = cells
    return cells.length === 3 && /^`tests\//.test(proof) ? [{ threat, defence, proof }] : []
  })
}

/** In the last column: a file, and after it the titles of tests in it; then perhaps the next file. */
function proofsOf(proof: string): { file: string; titles: string[] }[] {
  return [...proof.matchAll(/`(tests\/[^`]+)`([^`]*)/g)].map(([, file = '', rest = '']) => ({
    file,
    titles: [...rest.matchAll(/“([^”]+)”/g)].map(([, title = '']) => title),
  }))
}

const rows = rowsOf(read('docs/security.md'))

describe('the table of threats', () => {
  test('has a row for each', () => {
    expect(rows.length).toBeGreaterThan(60)
    const threats = rows.map(({ threat }) => threat)
    expect(new Set(threats).size).toBe(threats.length)
  })

  test.for(rows)('names what there is: $threat', ({ defence, proof }) => {
    const files = [...defence.matchAll(/`((?:src|db|schemas|routes)\/[^`]+|nginx\.conf)`/g)]
    expect(files.length, defence).toBeGreaterThan(0)
    for (const [, file = ''] of files) expect(() => read(file), file).not.toThrow()
    const proofs = proofsOf(proof)
    for (const { file, titles } of proofs) {
      const text = read(file)
      expect(titles.length, `${file} without a title`).toBeGreaterThan(0)
      for (const title of titles) {
        const isThere = [`'${title}'`, `\`${title}\``, `"${title}"`].some((each) =>
          text.includes(each),
        )
        expect(isThere, `${file}: ${title}`).toBe(true)
      }
    }
  })
})
