import {
  incidentOf,
  insertChange,
  insertIncidents,
  insertMoves,
  insertTeam,
} from '../support/itsm-metrics.ts'
import { type Client, describe, expect, test } from '../support/service.ts'

const url = '/api/v1/changes/rates'
type Db = Parameters<typeof insertChange>[0]

async function cause(
  db: Db,
  desk: Client,
  changeId: string,
  priority: 'critical' | 'medium',
  status = 'new',
) {
  const incident = incidentOf(desk.id, { priority, status: status as 'new' })
  await insertIncidents(db, [incident])
  await db
    .insertInto('incident_links')
    .values({
      incident_id: String(incident.id),
      kind: 'caused_by',
      target_id: changeId,
      created_by: desk.id,
      created_at: '2025-06-11T00:00:00.000Z',
    })
    .execute()
}

const approved = (id: string, at = '2025-06-09T00:00:00.000Z') => [id, [['approved', at]]] as const

describe('GET /changes/rates', () => {
  test('worked: rates of a team by outcome, incidents caused and approval', async ({
    db,
    signIn,
  }) => {
    const desk = await signIn('ChangeManager')
    const team_id = await insertTeam(db, `t-${desk.id}`)
    const add = (fields = {}) => insertChange(db, desk.id, { team_id, ...fields })
    const ids = [
      await add({ outcome: 'successful', status: 'reviewed' }),
      await add({ outcome: 'successful' }),
      await add({ outcome: 'with_issues' }),
      await add({ status: 'failed' }),
      await add({ outcome: 'backed_out', status: 'backed_out' }),
      await add(),
    ]
    for (const id of ids.slice(1)) await insertMoves(db, ...(approved(id) as never as [string, []]))
    const emergency = await add({ type: 'emergency', outcome: 'successful' })
    await add({ type: 'standard', outcome: 'successful' })
    // Not of these: still under way, given up, ended at the end of the range.
    await add({ status: 'in_progress', actual_end: null })
    await add({ status: 'cancelled' })
    await add({ actual_end: '2025-06-30T15:00:00.000Z' })
    await cause(db, desk, ids[1] as string, 'critical')
    await cause(db, desk, ids[1] as string, 'medium')
    await cause(db, desk, ids[3] as string, 'medium')
    await cause(db, desk, emergency, 'critical', 'cancelled')

    const { rows } = (await desk.get(`${url}?from=2025-06-01&to=2025-07-01&by=team`)).json()
    const row = rows.find(({ group }: { group: { id: string } }) => group.id === team_id)
    expect(row).toEqual({
      group: { id: team_id, name: `t-${desk.id}` },
      implemented: 8,
      with_result: 7,
      successful: 4,
      with_issues: 1,
      failed: 1,
      backed_out: 1,
      caused_incidents: 2,
      changes_failed: 3,
      emergency: 1,
      unauthorised: 1,
      success_rate: 4 / 7,
      failure_rate: 3 / 8,
      emergency_share: 1 / 8,
      unauthorised_share: 1 / 8,
      score: 4 * 3 - 2 - 5 - 5 - 10 - 2 - 2,
    })
  })

  test('finds a change that was approved after it was started', async ({ db, signIn }) => {
    const desk = await signIn('ChangeManager')
    const category = `c-${desk.id}`
    const [before, after] = [
      await insertChange(db, desk.id, { category }),
      await insertChange(db, desk.id, { category }),
    ]
    await insertMoves(db, before, [['approved', '2025-06-10T00:00:00.000Z']])
    await insertMoves(db, after, [['approved', '2025-06-10T00:00:00.001Z']])
    const { rows } = (await desk.get(`${url}?from=2025-06-01&to=2025-07-01&by=category`)).json()
    const row = rows.find(({ group }: { group: { id: string } }) => group.id === category)
    expect(row).toMatchObject({ implemented: 2, unauthorised: 1, success_rate: null })
  })

  test('has every month of the zone, also those without changes', async ({ db, signIn }) => {
    const desk = await signIn('Auditor')
    const ends = [
      '2019-01-31T14:59:59.999Z',
      '2019-01-31T15:00:00.000Z',
      '2019-03-10T00:00:00.000Z',
    ]
    for (const actual_end of ends) {
      await insertChange(db, desk.id, { actual_end, outcome: 'successful' })
    }
    const query = 'from=2019-01-01&to=2019-05-01&by=month'
    const { rows, totals } = (await desk.get(`${url}?${query}`)).json()
    const shown = rows.map((row: { group: { id: string }; implemented: number }) => [
      row.group.id,
      row.implemented,
    ])
    expect(shown).toEqual([
      ['2019-01', 1],
      ['2019-02', 1],
      ['2019-03', 1],
      ['2019-04', 0],
    ])
    expect(rows[3]).toMatchObject({ success_rate: null, failure_rate: null, score: 0 })
    expect(totals).toMatchObject({ implemented: 3, success_rate: 1 })
    const chart = (await desk.get(`${url}?${query}&format=chartjs`)).json()
    expect(chart).toMatchObject({
      type: 'bar',
      data: { labels: ['2019-01', '2019-02', '2019-03', '2019-04'] },
    })
    expect(chart.data.datasets[0]).toMatchObject({ id: 'success', data: [100, 100, 100, null] })
    const csv = await desk.get(`${url}?${query}&format=csv`)
    expect(csv.body.trim().split('\r\n')).toHaveLength(5)
  })

  test('reads more changes than one slice, each once', async ({ db, signIn }) => {
    const desk = await signIn('ChangeManager')
    const actual_end = '2018-06-10T00:00:00.000Z'
    const base = await insertChange(db, desk.id, { actual_end, outcome: 'failed' })
    const row = await db
      .selectFrom('changes')
      .selectAll()
      .where('id', '=', base)
      .executeTakeFirstOrThrow()
    const copies = Array.from({ length: 1203 }, (_, n) => ({
      ...row,
      id: `00000000-0000-7000-8000-${String(n).padStart(12, '0')}`,
      number: 10_000_000 + n,
      risk_level: n % 3 === 0 ? ('high' as const) : ('low' as const),
      outcome: n % 2 === 0 ? ('successful' as const) : ('failed' as const),
    }))
    for (let start = 0; start < copies.length; start += 100) {
      await db
        .insertInto('changes')
        .values(copies.slice(start, start + 100))
        .execute()
    }
    const answer = (await desk.get(`${url}?from=2018-06-01&to=2018-07-01&by=risk`)).json()
    expect(answer.totals).toMatchObject({ implemented: 1204, successful: 602, failed: 602 })
    expect(answer.rows).toMatchObject([
      { group: { id: 'low' }, implemented: 803 },
      { group: { id: 'high' }, implemented: 401 },
    ])
  })

  test('answers 422 to a wrong question, 403 to a user, 401 to nobody', async ({ app, signIn }) => {
    const desk = await signIn('ServiceDeskAgent')
    for (const query of [
      'by=requester',
      'from=2025-07-01&to=2025-06-01',
      'time_zone=x',
      'format=pdf',
    ]) {
      expect((await desk.get(`${url}?${query}`)).statusCode, query).toBe(422)
    }
    const types = await desk.get(`${url}?from=2017-01-01&to=2017-02-01`)
    expect(types.json()).toMatchObject({ rows: [], totals: { implemented: 0, success_rate: null } })
    expect((await (await signIn('User')).get(url)).statusCode).toBe(403)
    expect((await app.inject(url)).statusCode).toBe(401)
  })
})
