import type { LightMyRequestResponse } from 'fastify'
import { sessionsUrl } from '../support/analysis.ts'
import { type AnalysisPlace, furnishAnalysis } from '../support/analysis-ground.ts'
import { requireWhole, rowsOf } from '../support/analysis-sessions.ts'
import { uploadTo } from '../support/project-files.ts'
import { type Client, describe, expect, type Service, test } from '../support/service.ts'

type Deeds = Record<string, () => Promise<LightMyRequestResponse>>

/** How many things one person does at once. */
const lanes = 4

const csv = '年度,部門,売上\n2023,営業,1000\n2024,営業,1200\n'

/** What somebody does in a session, by what it is. */
function everything(by: Client, n: number, place: AnalysisPlace, csvId: string): Deeds {
  const url = `${sessionsUrl}/${place.session_id}`
  const { filter_id, step_id, aside_id, input_file_id, file_id } = place
  const step = { name: `足した${n}`, type: 'filter', input: 'original' }
  const role = n === 1 ? '利用しない' : '軸'
  return {
    add: () => by.post(`${url}/step`, step),
    change: () =>
      by.patch(`${url}/step/${filter_id}`, {
        config: { category_filter: { 部門: [['営業', '開発', '管理'][n]] } },
      }),
    rename: () => by.patch(`${url}/step/${step_id}`, { name: `名前${n}` }),
    chat: () => by.post(`${url}/chat`, { message: '売上が100万円以上のデータを抽出してください' }),
    order: () => by.post(`${url}/step/order`, { step_ids: [aside_id, filter_id, step_id] }),
    config: () =>
      by.patch(`${url}/file/${input_file_id}/config`, { columns: [{ name: '部門', role }] }),
    input: () => by.post(`${url}/input`, { file_id: n === 2 ? file_id : input_file_id }),
    restore: () => by.post(`${url}/snapshot/${n === 1 ? place.other_id : place.snapshot_id}`),
    remove: () => by.delete(`${url}/step/${n === 1 ? aside_id : filter_id}?cascade=true`),
    again: () => by.post(`${url}/step`, { ...step, input: 'step_0' }),
    file: () =>
      n === 0 ? by.post(`${url}/file`, { project_file_id: csvId }) : by.get(`${url}/file`),
    drop: () => by.delete(`${url}/file/${file_id}`),
    session: () => by.patch(url, { name: `分析${n}` }),
    copy: () => by.post(`${url}/duplicate`, {}),
    read: () => by.get(url),
    chart: () => by.get(`${url}/step/${step_id}/chart`),
    result: () => by.get(`${url}/result`),
  }
}

/** What everybody gets, who does theirs in an order of their own, a few at a time. */
async function settle(all: Deeds[]) {
  const lists = all.flatMap((deeds, n) => {
    const entries = Object.entries(deeds)
    const own = [...entries.slice(n * 3), ...entries.slice(0, n * 3)]
    return Array.from({ length: lanes }, (_, lane) => own.filter((_, at) => at % lanes === lane))
  })
  const answers = lists.map(async (list) => {
    const given: ({ name: string } & ReturnType<typeof told>)[] = []
    for (const [name, deed] of list) given.push({ name, ...told(await deed()) })
    return given
  })
  return (await Promise.all(answers)).flat()
}

const told = ({ statusCode, body }: LightMyRequestResponse) => ({
  status: statusCode,
  body: body.slice(0, 300),
})

/** How many snapshots there are of each reason, and how many the audit log tells of. */
async function countsOf(db: Service['deps']['db'], { session_id, input_file_id }: AnalysisPlace) {
  const { snapshots } = await rowsOf(db, session_id)
  const audits = await db
    .selectFrom('audit_log')
    .select('action')
    .where('subject_id', 'in', [session_id, input_file_id])
    .execute()
  const of = (reason: string) => snapshots.filter((each) => each.reason === reason).length
  const actions = (action: string) => audits.filter((each) => each.action === action).length
  return { of, actions }
}

describe('many who analyse in one session', () => {
  test('leave a whole one, in which each answer is true', async ({ db, service, signIn }) => {
    const [manager, moderator, member] = [await signIn(), await signIn(), await signIn()]
    const people = [manager, moderator, member]
    const place = await furnishAnalysis(service.deps, { manager, moderator, member })
    const { id } = await uploadTo(manager, place.project_id, '追加.csv', csv)
    const before = await countsOf(db, place)
    const answers = await settle(people.map((by, n) => everything(by, n, place, id)))
    for (const { name, status, body } of answers) {
      expect(status, `${name}: ${body}`).toBeLessThan(500)
      expect([401, 403], `${name}: ${body}`).not.toContain(status)
    }
    await requireWhole(db, place.session_id)
    const { of, actions } = await countsOf(db, place)
    const done = (...names: string[]) =>
      answers.filter(({ name, status }) => names.includes(name) && status < 300).length
    expect(of('step_added')).toBe(done('add', 'again'))
    expect(of('step_deleted')).toBe(done('remove'))
    expect(of('chat')).toBe(done('chat'))
    expect(done('chat')).toBeGreaterThan(0)
    const said = answers.map(({ name, status, body }) => `${name} ${status} ${body}`).join('\n')
    expect(done('add', 'again', 'change', 'rename', 'order'), said).toBeGreaterThan(0)
    for (const reason of ['step_added', 'step_changed', 'step_deleted', 'steps_moved']) {
      expect(actions(`analysis.${reason}`), reason).toBe(of(reason) - before.of(reason))
    }
    expect(actions('analysis.chat_turn')).toBe(of('chat'))
    expect(actions('analysis.input_chosen')).toBe(of('input'))
    await requireUsable(member, place)
    expect(service.faults).toEqual([])
  })

  test('and somebody who deletes it leave nothing behind', async ({ db, service, signIn }) => {
    const [manager, moderator, member] = [await signIn(), await signIn(), await signIn()]
    const place = await furnishAnalysis(service.deps, { manager, moderator, member })
    const { id } = await uploadTo(manager, place.project_id, '追加.csv', csv)
    const url = `${sessionsUrl}/${place.session_id}`
    const { sheets } = await rowsOf(db, place.session_id)
    const all = [manager, moderator].map((by, n) => everything(by, n, place, id))
    const deletions = {
      read: () => member.get(url),
      gone: () => moderator.delete(url),
      twice: () => manager.delete(url),
    }
    const answers = await settle([...all, deletions, everything(member, 2, place, id)])
    for (const { name, status, body } of answers) {
      expect(status, `${name}: ${body}`).toBeLessThan(500)
    }
    const gone = answers.filter(({ name }) => name === 'gone' || name === 'twice')
    expect(gone.map(({ status }) => status).sort()).toEqual([204, 404])
    expect(Object.values(await rowsOf(db, place.session_id)).flat()).toEqual([])
    await service.queue.runDue()
    for (const { key } of sheets) {
      await expect(service.deps.storage.get(key as string)).rejects.toMatchObject({
        failure: 'file_missing',
      })
    }
    expect(await db.selectFrom('incoming_files').selectAll().execute()).toEqual([])
    expect(service.faults).toEqual([])
  })
})

/** That what is left can be read whole and worked in. */
async function requireUsable(member: Client, place: AnalysisPlace): Promise<void> {
  const url = `${sessionsUrl}/${place.session_id}`
  const chosen = await member.post(`${url}/input`, { file_id: place.input_file_id })
  expect(chosen.statusCode, chosen.body).toBe(200)
  for (const path of ['', '/file', '/step', '/snapshot', '/chat', '/result', '/input/rows']) {
    const response = await member.get(`${url}${path}`)
    expect(response.statusCode, `${path}: ${response.body}`).toBe(200)
  }
  const more = { name: '最後', type: 'filter', input: 'original' }
  expect((await member.post(`${url}/step`, more)).statusCode).toBe(201)
}
