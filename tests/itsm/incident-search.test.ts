import { sql } from 'kysely'
import { migrate, migrateDown } from '../../db/migrate.ts'
import { engineOf, openDb } from '../../db/open.ts'
import type { Db } from '../../db/tables.ts'
import { incidents, report } from '../support/itsm-core.ts'
import { type Client, describe, expect, test } from '../support/service.ts'

async function titlesWith(client: Client, search: string, rest = ''): Promise<string[]> {
  const query = `search=${encodeURIComponent(search)}&reporter_id=me${rest}`
  const response = await client.get(`${incidents}?${query}`)
  expect(response.statusCode, response.body).toBe(200)
  const page: { total: number; incidents: { title: string }[] } = response.json()
  expect(page.total).toBe(page.incidents.length)
  return page.incidents.map(({ title }) => title).sort()
}

describe('the search of incidents', () => {
  test.for([
    ['quotes', 'say "no" to \'it\'', ['"no"', 'y "n', '" t', '"', "'it'"]],
    ['patterns', '100%_a\\b*c', ['%_a', '0%_', '\\b*c', '%', '_', '*', '\\']],
    ['the words of the index', 'a AND b NEAR(c) public_text : d', ['AND b', 'NEAR(', 'text : d']],
    ['marks', '(a) {b} [c] ^d -e', ['(a)', '{b}', '^d ', '-e', '-']],
    ['emoji', '画面が🖥️💥割れた', ['🖥️💥割', '💥', '💥割', 'が🖥']],
    ['half-width katakana', 'ﾌﾟﾘﾝﾀｰが動かない', ['ﾌﾟﾘ', 'ﾘﾝﾀｰ', 'ﾀｰ', 'ﾟ']],
    ['Japanese', '消防の電話が鳴らない', ['電話', '電', '電話が', 'ない', 'い', '消']],
    ['letters', 'ÉCOLE Straße ΑΒΓ vpn', ['école', 'STRASSE'.replace('SS', 'ß'), 'αβγ', 'VPN', 'V']],
  ] as const)('takes %s for themselves', async ([, title, terms], { signIn }) => {
    const [ann, desk] = [await signIn(), await signIn('ServiceDeskAgent')]
    await report(ann, { title })
    await report(desk, { title })
    await report(ann, { title: '…' })
    for (const client of [ann, desk]) {
      for (const term of terms) expect(await titlesWith(client, term), term).toEqual([title])
    }
    for (const none of ['猫犬', '猫', 'zzqx', 'ﾈｺ', 'プリンターが']) {
      expect(await titlesWith(ann, none), none).toEqual([])
    }
  })

  test('finds long terms, and refuses those that are longer and what no text has', async ({
    signIn,
  }) => {
    const ann = await signIn()
    const title = '長'.repeat(150)
    await report(ann, { title })
    expect(await titlesWith(ann, '長'.repeat(100))).toEqual([title])
    expect(await titlesWith(ann, `${'長'.repeat(99)}短`)).toEqual([])
    const tooLong = await ann.get(`${incidents}?search=${encodeURIComponent('長'.repeat(101))}`)
    expect(tooLong.statusCode).toBe(422)
    for (const wrong of ['a%00b', 'abc%00', '%00']) {
      const response = await ann.get(`${incidents}?search=${wrong}`)
      expect(response.statusCode, wrong).toBe(400)
    }
  })

  test('follows titles, descriptions and notes as they change and go', async ({ signIn }) => {
    const [ann, desk] = [await signIn(), await signIn('ServiceDeskAgent')]
    const { id } = await report(ann, { title: '旧題名', description: '旧説明' })
    const url = `${incidents}/${id}`
    const seen = async (client: Client, search: string) => {
      const query = `search=${encodeURIComponent(search)}&reporter_id=${ann.id}`
      return (await client.get(`${incidents}?${query}`)).json().total
    }
    await desk.patch(url, { title: '新題名', description: '新説明' })
    for (const [term, total] of [
      ['旧題名', 0],
      ['旧説', 0],
      ['新題名', 1],
      ['新説', 1],
    ] as const) {
      expect(await seen(ann, term), term).toBe(total)
    }
    const note = { content: '内部秘密', note_type: 'work_note', is_public: false }
    const written = (await desk.post(`${url}/work-notes`, note)).json()
    for (const term of ['内部秘密', '秘密', '密']) {
      expect([await seen(desk, term), await seen(ann, term)], term).toEqual([1, 0])
    }
    await desk.put(`${url}/work-notes/${written.id}`, { ...note, is_public: true })
    expect(await seen(ann, '内部秘密')).toBe(1)
    await desk.delete(`${url}/work-notes/${written.id}`)
    for (const term of ['内部秘密', '秘密', '密']) expect(await seen(desk, term)).toBe(0)
    const admin = await signIn('SystemAdmin')
    expect((await admin.delete(url)).statusCode).toBe(204)
    for (const term of ['新題名', '新説']) expect(await seen(desk, term), term).toBe(0)
  })

  test('is the same with other filters, on a page of its own, and after a VACUUM', async ({
    db,
    signIn,
  }) => {
    const [ann, desk] = [await signIn(), await signIn('ServiceDeskAgent')]
    const first = await report(ann, { title: '共有フォルダー 一' })
    await report(ann, { title: '共有フォルダー 二' })
    const admin = await signIn('SystemAdmin')
    await admin.delete(`${incidents}/${first.id}`)
    await report(ann, { title: '共有フォルダー 三' })
    if (engineOf(db) === 'sqlite') await compact(db)
    const both = ['共有フォルダー 三', '共有フォルダー 二'].sort()
    for (const term of ['共有フォルダー', '共有']) {
      expect(await titlesWith(ann, term)).toEqual(both)
      expect(await titlesWith(ann, term, '&status=new&priority=medium,low')).toEqual(both)
      expect(await titlesWith(ann, term, '&status=closed')).toEqual([])
      const page = await desk.get(
        `${incidents}?limit=1&sort=opened_at&reporter_id=${ann.id}&search=${encodeURIComponent(term)}`,
      )
      expect(page.json()).toMatchObject({ total: 2, incidents: [{ title: '共有フォルダー 二' }] })
    }
  })
})

/** Does to the database what an operator does, and asks its index whether it still agrees. */
async function compact(db: Db): Promise<void> {
  await sql`vacuum`.execute(db)
  await sql`insert into incident_texts_trigrams (incident_texts_trigrams, rank)
    values ('integrity-check', 1)`.execute(db)
}

test('its tables go and come with their migration', async () => {
  const { db } = await openDb('sqlite::memory:')
  await migrate(db)
  const left = () =>
    sql<{ name: string }>`select name from sqlite_master where name like 'incident_texts%'`
      .execute(db)
      .then(({ rows }) => rows.length)
  const before = await left()
  for (let gone: string[] = []; gone[0] !== '4011-incident-lists'; ) gone = await migrateDown(db)
  expect([before > 3, await left()]).toEqual([true, 0])
  await migrate(db)
  expect(await left()).toBe(before)
  await db.destroy()
})
