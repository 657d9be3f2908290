import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  isSaid,
  type Outcome,
  printedBy,
  runModules,
  runShell,
  type Section,
  sectionsOf,
} from '../support/guides.ts'
import { newPlace, type Running, startServer } from '../support/process.ts'

/** What a newcomer has after the first start, with no bound on how fast tests may ask. */
let service: Running
let drop: () => Promise<void>
beforeAll(async () => {
  const place = await newPlace({ withStatistics: true })
  drop = place.drop
  service = await startServer({
    NODE_ENV: 'development',
    RATE_LIMIT_PER_MINUTE: '1000000',
    ...place.env,
  })
})
afterAll(async () => {
  service?.child.kill()
  await service?.ended
  await drop?.()
})

describe('the API guide', () => {
  const sections = sectionsOf('docs/api-guide.md', 'js')
  let outcomes: Outcome[]
  beforeAll(async () => {
    outcomes = await runModules(sections, service.url)
  }, 120_000)

  test.each(sections.map((section, at) => [section.title, section, at] as const))(
    '%s',
    (_title, section: Section, at: number) => {
      const { lines, error } = outcomes[at] as Outcome
      expect(error).toBeUndefined()
      const said = printedBy(section)
      const differences = said.filter((text, n) => !isSaid(lines[n], text))
      expect(differences, lines.join('\n')).toEqual([])
      expect(lines).toHaveLength(said.length)
    },
  )

  test('has blocks for every area', () => {
    expect(sections.length).toBeGreaterThan(15)
  })
})

test('the typed client does what its tour does, in every area', async () => {
  // By a name, for it has a compiler configuration of its own.
  const path = join(import.meta.dirname, '../../docs/client/usage.ts')
  const { tour }: { tour: (origin: string) => Promise<object> } = await import(path)
  expect(await tour(service.url)).toEqual({
    user: expect.stringMatching(/^tour-/),
    refreshes: 1,
    isSame: true,
    titles: 4,
    status: 'published',
    stale: 'stale_version',
    wrong: '1 文字以上にしてください。',
    filename: '契約書.pdf',
    bytes: 28,
    type: 'application/pdf',
    people: 2,
    unit: '人',
    submitted: 1,
    priority: 'high',
    target: 28_800,
    early: [409, true],
    found: 0,
    changes: 0,
    nodes: 3,
    sheet: 'CSV',
    status_of_service: 'healthy',
    audited: 1,
    ticket: true,
    signedOut: 'yes',
  })
})

const pages = [
  'README.md',
  'docs/items-files-rooms.md',
  'docs/submissions.md',
  'docs/statistics.md',
  'docs/service-desk.md',
  'docs/projects.md',
  'docs/analysis-tour.md',
]

test.each(pages)('the commands of %s do what they say', async (page) => {
  const blocks = sectionsOf(page, 'sh').flatMap((section) => section.blocks)
  expect(blocks).not.toEqual([])
  const { code, err } = await runShell({ title: page, blocks }, service.url)
  expect(err).toBe('')
  expect(code).toBe(0)
})
