import { newId } from '../../src/values.ts'
import {
  createKnownError,
  insertCi,
  insertIncident,
  knownErrors,
} from '../support/itsm-problems.ts'
import { type Client, describe, expect, test } from '../support/service.ts'

type Found = {
  known_error: { id: string }
  score: number
  matched_terms: string[]
  is_exact: boolean
}

const find = async (client: Client, q: string, more = ''): Promise<Found[]> => {
  const response = await client.get(`${knownErrors}/search?q=${encodeURIComponent(q)}${more}`)
  expect(response.statusCode, response.body).toBe(200)
  return response.json().results
}
const idsOf = (found: Found[]) => found.map(({ known_error }) => known_error.id)

describe('a known error', () => {
  test('is written, read, changed and deleted', async ({ signIn, db }) => {
    const ann = await signIn('ServiceDeskAgent')
    const ci = await insertCi(db)
    const made = await createKnownError(ann, { ci_ids: [ci], tags: ['メール'], keywords: ['450'] })
    expect(made).toMatchObject({
      ci_ids: [ci],
      tags: ['メール'],
      usage_count: 0,
      last_used_at: null,
      version: 1,
    })
    const url = `${knownErrors}/${made.id}`
    expect((await ann.get(url)).json()).toEqual(made)
    const change = { workaround: '再起動', ci_ids: [] }
    const changed = await ann.put(url, change, { 'if-match': '"1"' })
    expect(changed.json()).toMatchObject({ ...change, title: made.title, version: 2 })
    expect((await ann.put(url, change, { 'if-match': '"1"' })).statusCode).toBe(412)
    expect((await ann.delete(url)).statusCode).toBe(204)
    expect((await ann.get(url)).statusCode).toBe(404)
    expect((await ann.delete(url)).statusCode).toBe(404)
  })

  test.for([
    ['no symptoms', { symptoms: undefined }, 'symptoms'],
    ['symptoms of white space', { symptoms: ' 　' }, 'symptoms'],
    ['a count of its own', { usage_count: 5 }, 'usage_count'],
    ['an unknown problem', { problem_id: newId() }, 'problem_id'],
    ['an unknown CI', { ci_ids: [newId()] }, 'ci_ids.0'],
  ] as const)('is refused with %s', async ([, body, field], { signIn }) => {
    const ann = await signIn('ServiceDeskAgent')
    const response = await ann.post(knownErrors, { title: 'a', symptoms: 'b', ...body })
    expect(response.statusCode).toBe(422)
    expect(response.json().errors[0].field).toBe(field)
  })

  test('is for everybody once it is published, and written by staff', async ({ app, signIn }) => {
    const [ann, ben] = [await signIn('ServiceDeskAgent'), await signIn('User')]
    const word = `q${newId().slice(-12)}`
    const hidden = await createKnownError(ann, { title: word, is_published: false })
    const shown = await createKnownError(ann, { title: word })
    expect((await ben.get(`${knownErrors}/${hidden.id}`)).statusCode).toBe(404)
    expect((await ben.get(`${knownErrors}/${shown.id}`)).statusCode).toBe(200)
    const listed = async (client: Client) =>
      (await client.get(`${knownErrors}?search=${word}`)).json().total
    expect([await listed(ben), await listed(ann)]).toEqual([1, 2])
    expect(idsOf(await find(ben, word))).toEqual([shown.id])
    expect(idsOf(await find(ann, word))).toEqual([shown.id, hidden.id])
    expect((await ben.post(knownErrors, { title: 'a', symptoms: 'b' })).statusCode).toBe(403)
    expect((await ben.put(`${knownErrors}/${shown.id}`, { title: 'b' })).statusCode).toBe(403)
    expect((await ben.delete(`${knownErrors}/${shown.id}`)).statusCode).toBe(403)
    expect((await app.inject(knownErrors)).statusCode).toBe(401)
  })

  test('is listed by what is asked, page by page', async ({ signIn }) => {
    const ann = await signIn('ServiceDeskAgent')
    const title = `l${newId()}`
    const one = await createKnownError(ann, { title, category: 'network' })
    const two = await createKnownError(ann, { title })
    const list = async (query: string) =>
      (await ann.get(`${knownErrors}?search=${title}${query}`)).json()
    expect(idsIn(await list(''))).toEqual([two.id, one.id])
    expect(idsIn(await list('&sort=created_at&limit=1'))).toEqual([one.id])
    expect(await list('&category=network')).toMatchObject({ total: 1, skip: 0, limit: 100 })
    expect(await list('&is_published=false')).toMatchObject({ total: 0 })
    expect((await ann.get(`${knownErrors}?sort=title`)).statusCode).toBe(422)
  })
})

const idsIn = ({ known_errors }: { known_errors: { id: string }[] }) =>
  known_errors.map(({ id }) => id)

describe('GET /known-errors/search', () => {
  test('stands before the ids, and finds Japanese without spaces', async ({ signIn }) => {
    const ann = await signIn('ServiceDeskAgent')
    const category = 'external'
    const make = (title: string, symptoms: string) =>
      createKnownError(ann, { title, symptoms, category })
    const mail = await make('送信キューの停止', 'メール送信ができません')
    const full = await make('容量の超過', 'メールの容量が足りません')
    const print = await make('ﾌﾟﾘﾝﾀの障害', '印刷しても紙が出ない')
    const search = (q: string) => find(ann, q, `&category=${category}`)

    const found = await search('メールが送れない')
    expect(idsOf(found)).toEqual([mail.id, full.id, print.id])
    expect(found.map((each) => each.matched_terms)).toEqual([
      ['メール', '送'],
      ['メール'],
      ['ない'],
    ])
    for (const word of ['障害', '印刷', 'ぷりんた', 'プリンタ']) {
      expect(idsOf(await search(word)), word).toEqual([print.id])
    }
    expect(await search('!?')).toEqual([])
    expect(await search('zzzz')).toEqual([])
    expect((await ann.get(`${knownErrors}/search`)).statusCode).toBe(422)
    expect((await ann.get(`${knownErrors}/search?q=a&limit=51`)).statusCode).toBe(422)
  })

  test('counts the title most, and has the very words first', async ({ signIn }) => {
    const ann = await signIn('ServiceDeskAgent')
    const category = 'hardware'
    const make = (title: string, symptoms: string, workaround: string) =>
      createKnownError(ann, { title, symptoms, workaround, category })
    const last = await make('Screen stays dark', 'no picture', 'replace the docking station')
    const first = await make('Docking station', 'no picture', 'replace it')
    const search = (q: string) => find(ann, q, `&category=${category}`)
    expect(idsOf(await search('docking stations'))).toEqual([first.id, last.id])
    const exact = await search('replace the docking station')
    expect(idsOf(exact)).toEqual([last.id, first.id])
    expect(exact.map(({ is_exact }) => is_exact)).toEqual([true, false])
  })

  test('follows a change of the words, and forgets what is deleted', async ({ signIn }) => {
    const ann = await signIn('ServiceDeskAgent')
    const [old, fresh] = ['鸞鳳', '麒麟']
    const made = await createKnownError(ann, { title: old })
    expect(idsOf(await find(ann, old))).toEqual([made.id])
    await ann.put(`${knownErrors}/${made.id}`, { title: fresh })
    expect([await find(ann, old), idsOf(await find(ann, fresh))]).toEqual([[], [made.id]])
    await ann.delete(`${knownErrors}/${made.id}`)
    expect(await find(ann, fresh)).toEqual([])
  })

  test('ranks by the match and not by use', async ({ signIn, db }) => {
    const ann = await signIn('ServiceDeskAgent')
    const category = 'user_error'
    const worse = await createKnownError(ann, { title: '会計', symptoms: '画面', category })
    const better = await createKnownError(ann, { title: '会計画面', symptoms: '会計', category })
    const incident = await insertIncident(db, { reporter_id: ann.id })
    await ann.post(`/api/v1/incidents/${incident}/known-errors/${worse.id}/use`, {})
    const found = await find(ann, '会計画面', `&category=${category}`)
    expect(idsOf(found)).toEqual([better.id, worse.id])
  })
})

describe('known errors of an incident', () => {
  test('are suggested by text, CI and category, with the points of each', async ({
    signIn,
    db,
  }) => {
    const [ann, ben] = [await signIn('ServiceDeskAgent'), await signIn('User')]
    const ci = await insertCi(db)
    const fields = { category: 'security', title: '証明書の期限切れ' }
    const text = await createKnownError(ann, { ...fields, symptoms: '証明書の警告が出る' })
    const byCi = await createKnownError(ann, {
      title: 'zzz',
      symptoms: 'yyy',
      ci_ids: [ci],
      is_published: false,
    })
    const id = await insertIncident(db, {
      reporter_id: ben.id,
      title: '証明書の警告が消えない',
      category: 'security',
      ci_ids: [ci],
    })
    const url = `/api/v1/incidents/${id}/known-errors`
    const { suggestions } = (await ann.get(url)).json()
    const ids = suggestions.map((each: Found) => each.known_error.id)
    expect(ids).toEqual(expect.arrayContaining([text.id, byCi.id]))
    expect(ids[0]).toBe(text.id)
    expect(suggestions[0].reasons.map(({ kind }: { kind: string }) => kind)).toEqual([
      'text',
      'category',
    ])
    for (const { score, reasons } of suggestions) {
      const sum = reasons.reduce((all: number, { points }: { points: number }) => all + points, 0)
      expect(score).toBeCloseTo(sum, 3)
    }
    const seen = (await ben.get(url)).json().suggestions.map((each: Found) => each.known_error.id)
    expect(seen).toContain(text.id)
    expect(seen).not.toContain(byCi.id)
    expect((await (await signIn('User')).get(url)).statusCode).toBe(404)
    expect((await ann.get(`${url}?limit=0`)).statusCode).toBe(422)
  })

  test('count once for each incident, also many at once, and note once', async ({ signIn, db }) => {
    const ann = await signIn('ServiceDeskAgent')
    const known = await createKnownError(ann, { workaround: '再起動する' })
    const [one, two] = [
      await insertIncident(db, { reporter_id: ann.id }),
      await insertIncident(db, { reporter_id: ann.id }),
    ]
    const use = (incident: string, body: object = {}) =>
      ann.post(`/api/v1/incidents/${incident}/known-errors/${known.id}/use`, body)
    const answers = await Promise.all(Array.from({ length: 6 }, () => use(one, { add_note: true })))
    const firsts = answers.map((each) => each.json().is_first)
    expect(firsts.filter(Boolean)).toHaveLength(1)
    expect((await use(two)).json()).toMatchObject({ is_first: true, usage_count: 2, note_id: null })
    const notes = await db
      .selectFrom('incident_notes')
      .select(['incident_id', 'content', 'is_public'])
      .where('incident_id', 'in', [one, two])
      .execute()
    expect(notes).toEqual([
      { incident_id: one, content: `${known.title}\n再起動する`, is_public: 0 },
    ])
    const read = (await ann.get(`${knownErrors}/${known.id}`)).json()
    expect(read).toMatchObject({ usage_count: 2, last_used_at: expect.any(String) })
    const statistics = (await ann.get(`${knownErrors}/statistics`)).json()
    expect(statistics.most_used[0].usage_count).toBeGreaterThanOrEqual(2)
    expect(statistics.uses_last_30_days).toBe(statistics.uses)
  })

  test('refuse a note without a workaround, the unknown, and who may not', async ({
    signIn,
    db,
  }) => {
    const [ann, ben] = [await signIn('ServiceDeskAgent'), await signIn('User')]
    const { id } = await createKnownError(ann)
    const incident = await insertIncident(db, { reporter_id: ben.id })
    const url = (of: string, known: string) => `/api/v1/incidents/${of}/known-errors/${known}/use`
    const bare = await ann.post(url(incident, id), { add_note: true })
    expect(bare.json().code).toBe('known_error_without_workaround')
    expect((await ann.get(`${knownErrors}/${id}`)).json().usage_count).toBe(0)
    expect((await ann.post(url(newId(), id), {})).statusCode).toBe(404)
    expect((await ann.post(url(incident, newId()), {})).statusCode).toBe(404)
    expect((await ann.post(url(incident, id), { count: 9 })).statusCode).toBe(422)
    expect((await ben.post(url(incident, id), {})).statusCode).toBe(403)
  })
})
