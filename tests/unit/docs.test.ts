import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { describe, expect, test } from 'vitest'
import { readEnvironment } from '../../src/environment.ts'

const root = join(import.meta.dirname, '../..')
const read = (page: string) => readFileSync(join(root, page), 'utf8')

const pages = ['README.md', 'CHANGELOG.md', 'db/seeds/README.md', ...pagesBelow('docs')]

function pagesBelow(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => `${folder}/${name}`)
}

/** What a page says outside of its blocks of code. */
const proseOf = (page: string) => read(page).replaceAll(/^```.*?^```/gms, '')

/** The links of a page to files of the project, as paths from its root and the part they point at. */
function linksOf(page: string): [path: string, anchor: string | undefined][] {
  return [...proseOf(page).matchAll(/\]\((?!https?:|mailto:)([^)#\s]*)(?:#([^)\s]+))?\)/g)].map(
    ([, path = '', anchor]) => [
      path === '' ? page : relative(root, join(root, dirname(page), path)),
      anchor,
    ],
  )
}

/** The anchors of the headings of a page, as GitHub makes them. */
function anchorsOf(page: string): string[] {
  return [...proseOf(page).matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  )
}

describe('the documents', () => {
  test.each(pages)('%s links to what there is', (page) => {
    const broken = linksOf(page).filter(
      ([path, anchor]) =>
        !existsSync(join(root, path)) ||
        (anchor !== undefined && path.endsWith('.md') && !anchorsOf(path).includes(anchor)),
    )
    expect(broken).toEqual([])
  })

  test('are all found by whoever begins at the README', () => {
    const found = new Set(['README.md'])
    for (const page of found) {
      for (const [path] of linksOf(page)) if (path.endsWith('.md')) found.add(path)
    }
    expect(pages.filter((page) => !found.has(page))).toEqual([])
  })

  test('name every setting with its default', () => {
    const settings = read('docs/operations.md')
    const missing = Object.entries(readEnvironment({})).filter(([name, value]) => {
      const shown = value === '' ? '–' : `\`${value}\``
      return !settings.includes(`\`${name}\` (${shown}`)
    })
    expect(missing).toEqual([])
  })

  test('begin with the version of the package in the changelog', () => {
    const { version } = JSON.parse(read('package.json'))
    expect(read('CHANGELOG.md')).toMatch(new RegExp(`^## ${version} `, 'm'))
  })
})
