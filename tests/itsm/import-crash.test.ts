import { openDb } from '../../db/open.ts'
import { newPlace, startServer } from '../support/process.ts'
import { expect, test } from '../support/service.ts'

const authorization = 'Bearer mock-access-token-dev-12345'
const count = 6000

const numbers = Array.from({ length: count }, (_, n) => `OLD${n}`)
const incidents = [
  'number,title,impact,urgency,status,opened_at,resolved_at',
  ...numbers.map(
    (number) => `${number},印刷できない,low,low,resolved,2024-05-07T00:00:00Z,2024-05-07T03:00:00Z`,
  ),
].join('\n')
const moves = [
  'number,at,status',
  ...numbers.flatMap((number) => [
    `${number},2024-05-07T01:00:00Z,in_progress`,
    `${number},2024-05-07T03:00:00Z,resolved`,
  ]),
].join('\n')

test('kill -9 in the middle of an import leaves each line and each move once', async () => {
  const { env, drop } = await newPlace({ withStatistics: true })
  const settings = { ...env, JOB_LEASE: '1s', LOG_LEVEL: 'silent', RATE_LIMIT_PER_MINUTE: '100000' }
  const first = await startServer(settings)
  const form = new FormData()
  form.append('file', new Blob([incidents], { type: 'text/csv' }), 'incidents.csv')
  form.append('events', new Blob([moves], { type: 'text/csv' }), 'events.csv')
  const sent = await fetch(`${first.url}/api/v1/incidents/import`, {
    method: 'POST',
    headers: { authorization },
    body: form,
  })
  expect(sent.status, await sent.clone().text()).toBe(202)
  const place = String(sent.headers.get('location'))
  const seen = await until(first.url, place, ({ imported }) => imported > 0)
  first.child.kill('SIGKILL')
  expect(await first.ended).toBe('SIGKILL')
  expect(seen.state).toBe('running')

  const second = await startServer(settings)
  const end = await until(second.url, place, ({ state }) => state === 'done')
  expect(end).toMatchObject({ state: 'done', imported: count, refused: 0 })
  second.child.kill('SIGTERM')
  expect(await second.ended).toBe(0)

  const { db } = await openDb(env.DATABASE_URL)
  const rows = await db.selectFrom('incidents').select(['external_number', 'number']).execute()
  expect(new Set(rows.map(({ external_number }) => external_number)).size).toBe(count)
  expect(rows.map(({ number }) => number).sort((a, b) => a - b)).toEqual(
    numbers.map((_, n) => n + 1),
  )
  const { past } = await db
    .selectFrom('itsm_history')
    .select((eb) => eb.fn.countAll<number>().as('past'))
    .executeTakeFirstOrThrow()
  expect(past).toBe(count * 2)
  const open = await db
    .selectFrom('incidents')
    .select('id')
    .where((eb) => eb.or([eb('resolution_s', 'is', null), eb('response_s', 'is', null)]))
    .execute()
  expect(open).toEqual([])
  await db.destroy()
  await drop()
})

type Progress = { state: string; imported: number }

async function until(url: string, place: string, isSo: (progress: Progress) => boolean) {
  const end = Date.now() + 45_000
  for (;;) {
    const response = await fetch(`${url}${place}`, { headers: { authorization } })
    const progress = (await response.json()) as Progress
    if (isSo(progress) || Date.now() > end) return progress
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}
