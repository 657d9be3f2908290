import { readdir } from 'node:fs/promises'
import { nextName } from '../../src/analysis/sessions/renewal.ts'
import type { Step } from '../../src/analysis/steps/model.ts'
import { sessionsUrl, stepOf } from '../support/analysis.ts'
import {
  insertIssue,
  insertSessionFile,
  openSession,
  rowsOf,
  say,
  tablesIn,
  work,
} from '../support/analysis-sessions.ts'
import { filesUrl, uploadTo } from '../support/project-files.ts'
import { type Client, describe, expect, type Service, test } from '../support/service.ts'
import { setUp } from '../support/tree-work.ts'

/** A session with a file, three steps that hang together, and a turn of the chat. */
async function furnish({ deps }: Service, member: Client, project: string) {
  const issue = await insertIssue(deps.db)
  const { session_id } = await openSession(member, project, issue, '売上')
  const file = await uploadTo(member, project, `${session_id}.csv`)
  const input = await insertSessionFile(deps, session_id, file.id)
  const base = stepOf('filter', { category_filter: { 年度: ['2024'] } })
  const table_filter = { table_df: base.step_id, key_columns: ['年度'] }
  const steps: Step[] = [
    base,
    stepOf('filter', { table_filter }, base.step_id),
    stepOf('summary', {}, base.step_id),
  ]
  const snapshot = await work(deps.db, member, session_id, () => ({ input, steps }))
  await say(deps.db, snapshot, member, '2024年だけ', '絞り込みました')
  return { session_id, file, input, steps, url: `${sessionsUrl}/${session_id}` }
}

const textOf = async ({ deps }: Service, key: string) => {
  const parts: Buffer[] = []
  for await (const part of await deps.storage.get(key)) parts.push(part)
  return String(Buffer.concat(parts))
}

describe('a copy of a session', () => {
  test('has the files and steps of the original, and nothing in common with it', async ({
    db,
    service,
    signIn,
  }) => {
    const { project, member, manager, viewer } = await setUp(db, signIn)
    const { session_id, file, input, steps, url } = await furnish(service, member, project)
    const before = await rowsOf(db, session_id)
    const response = await manager.post(`${url}/duplicate`, {})
    expect(response.statusCode, response.body).toBe(201)
    const copy = response.json()
    expect(copy).toMatchObject({
      ...{ name: '売上 (2)', creator_id: manager.id, version: 1, is_active: true },
      ...{ current_snapshot: 1, step_count: 3, input_file_name: file.file_name },
    })
    const copyUrl = `${sessionsUrl}/${copy.session_id}`
    expect(response.headers).toMatchObject({ location: copyUrl, etag: '"1"' })
    const detail = (await viewer.get(copyUrl)).json()
    const reasons = detail.snapshot_list.map(({ reason }: { reason: string }) => reason)
    expect(reasons).toEqual(['created', 'duplicated'])
    expect(detail.chat).toMatchObject([{ message: '売上の表を選んでください。' }])
    expect(detail.chat_total).toBe(1)
    expect(detail.input).toMatchObject({ sheet_name: '実績', columns: input.columns })
    const original = (await viewer.get(url)).json()
    expect(detail.step.map(withoutIds)).toEqual(original.step.map(withoutIds))

    const after = await rowsOf(db, copy.session_id)
    expect(await rowsOf(db, session_id)).toEqual(before)
    expect(after.session[0]?.agent_prompt).toBe('Only a model reads this.')
    const ids = JSON.stringify([steps, before.files, before.sheets].map((list) => list.map(idOf)))
    for (const id of JSON.parse(ids).flat()) expect(JSON.stringify(after)).not.toContain(id)
    const key = after.sheets.find((sheet) => sheet.key !== null)?.key as string
    expect(JSON.parse(after.snapshots[1]?.input ?? '').key).toBe(key)
    expect(key).not.toBe(input.key)
    expect(await textOf(service, key)).toBe(await textOf(service, input.key))

    // The original goes, with its tables; the copy keeps its own, and the file of the project.
    expect((await member.delete(url)).statusCode).toBe(204)
    await service.queue.runDue()
    expect(await tablesIn(service)).toEqual([key])
    expect((await member.delete(`${filesUrl(project)}/${file.id}`)).statusCode).toBe(409)
    expect((await manager.delete(copyUrl)).statusCode).toBe(204)
    await service.queue.runDue()
    expect(await tablesIn(service)).toEqual([])
    expect((await member.delete(`${filesUrl(project)}/${file.id}`)).statusCode).toBe(204)
    expect(service.faults).toEqual([])
  })

  test('can be made of one that is put away, by a name, and once by a key', async ({
    db,
    service,
    signIn,
  }) => {
    const { project, member } = await setUp(db, signIn)
    const { url } = await furnish(service, member, project)
    await member.patch(url, { is_active: false })
    const key = { 'idempotency-key': 'copy-it-once' }
    const first = await member.post(`${url}/duplicate`, { name: ' 案B ' }, key)
    expect(first.json()).toMatchObject({ name: '案B', is_active: true })
    const again = await member.post(`${url}/duplicate`, { name: ' 案B ' }, key)
    expect(again.json()).toEqual(first.json())
    expect((await member.get(`${sessionsUrl}?project_id=${project}`)).json().total).toBe(2)
    for (const wrong of [{ name: '' }, { name: 1 }, { steps: [] }]) {
      expect((await member.post(`${url}/duplicate`, wrong)).statusCode).toBe(422)
    }
    await member.delete(url)
    await member.delete(`${sessionsUrl}/${first.json().session_id}`)
    await service.queue.runDue()
  })

  test('is not made where a table is lost, and then nothing is left behind', async ({
    db,
    service,
    signIn,
  }) => {
    const { project, member } = await setUp(db, signIn)
    const { session_id, input, url } = await furnish(service, member, project)
    const second = await insertSessionFile(
      service.deps,
      session_id,
      (await uploadTo(member, project, 'b.csv')).id,
    )
    await service.deps.storage.remove(second.key)
    const response = await member.post(`${url}/duplicate`, {})
    expect(response.json()).toMatchObject({ status: 404, code: 'file_missing' })
    expect(await tablesIn(service)).toEqual([input.key])
    expect(await db.selectFrom('incoming_files').selectAll().execute()).toEqual([])
    expect((await member.get(`${sessionsUrl}?project_id=${project}`)).json().total).toBe(1)
    await member.delete(url)
    await service.queue.runDue()
    const left = await readdir(`${service.deps.config.dataDir}/files/analysis-tables`)
    expect(left).toEqual([])
  })

  test('is called by the next number', () => {
    expect(nextName('売上')).toBe('売上 (2)')
    expect(nextName('売上 (2)')).toBe('売上 (3)')
    expect(nextName('(2)')).toBe('(2) (2)')
    expect(nextName('a'.repeat(255))).toBe(`${'a'.repeat(251)} (2)`)
    expect([...nextName('𠮷'.repeat(200))].slice(-5).join('')).toBe('𠮷 (2)')
  })
})

const idOf = (each: object) => ('step_id' in each ? each.step_id : Object(each).id)

const withoutIds = ({ step_id: _, input_step_id: __, ...step }: Record<string, unknown>) => step
