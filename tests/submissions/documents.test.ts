import { requiredDocuments } from '../../src/submissions/documents.ts'
import { describe, expect, test } from '../support/service.ts'
import { addSession, part, upload } from '../support/submission-files.ts'

const url = '/api/v1/document-types'
const words = {
  name_ja: 'パスポート',
  name_en: 'Passport',
  required: false,
  max_files: 2,
  formats: ['.pdf', '.jpg'],
  max_mb: 10,
  validity_days: null,
  position: 9,
}

describe('the catalogue of documents', () => {
  test('is there from the start, and read by everybody', async ({ app }) => {
    const all = (await app.inject(url)).json()
    expect(all).toMatchObject({ total: all.document_types.length, skip: 0, limit: 100 })
    const response = await app.inject(`${url}?submission_type=individual&limit=3`)
    expect(response.json()).toMatchObject({
      total: 6,
      document_types: [
        { document_type: 'signed_contract', validity_days: null },
        {
          document_type: 'resident_card',
          name_ja: '住民票',
          required: true,
          max_files: 1,
          formats: ['.pdf', '.jpg', '.jpeg', '.png'],
          max_mb: 10,
          validity_days: 90,
        },
        { document_type: 'seal_certificate' },
      ],
    })
    const corporate = (await app.inject(`${url}?submission_type=corporate`)).json()
    expect(corporate.document_types).toHaveLength(11)
    expect((await app.inject(`${url}?submission_type=custom`)).statusCode).toBe(422)
  })

  test('is edited by administrators', async ({ app, signIn }) => {
    const admin = await signIn('SystemAdmin')
    const created = await admin.post(url, {
      submission_type: 'individual',
      document_type: 'passport',
      ...words,
    })
    expect(created.statusCode).toBe(201)
    const place = `${url}/individual/passport`
    expect(created.headers.location).toBe(place)
    const again = await admin.post(url, created.json())
    expect([again.statusCode, again.json().code]).toEqual([409, 'duplicate'])
    const changed = await admin.put(place, { ...words, max_files: 3, validity_days: 30 })
    expect(changed.json()).toEqual({ ...created.json(), max_files: 3, validity_days: 30 })
    const list = (await app.inject(`${url}?submission_type=individual`)).json()
    expect(list.document_types.at(-1)).toEqual(changed.json())
    expect((await admin.delete(place)).statusCode).toBe(204)
    expect((await admin.delete(place)).json().code).toBe('document_type_not_found')
    expect((await admin.put(place, words)).json().code).toBe('document_type_not_found')
  })

  test('takes nothing that no upload could meet', async ({ signIn }) => {
    const admin = await signIn('SystemAdmin')
    const base = { submission_type: 'corporate', document_type: 'x', ...words }
    const wrong = [
      { formats: ['.exe'] },
      { formats: [] },
      { formats: ['.pdf', '.pdf'] },
      { max_mb: 101 },
      { max_files: 51 },
      { max_files: 0 },
      { validity_days: 0 },
      { document_type: 'A b' },
      { document_type: 'a/b' },
      { name_ja: ' ' },
      { name_en: 'a\u202eb' },
      { submission_type: 'custom' },
    ]
    for (const change of wrong) {
      const response = await admin.post(url, { ...base, ...change })
      expect(response.statusCode, JSON.stringify(change)).toBe(422)
    }
  })

  test('says what a session asks for, or the session does', async ({ service, signIn }) => {
    const { db } = service.deps
    const ask = (requirements: string[] | null) =>
      requiredDocuments(db, {
        submission_type: 'individual',
        requirements: requirements && JSON.stringify(requirements),
      })
    const asked = (await ask(null)).filter(({ required }) => required)
    expect(asked.map(({ document_type }) => document_type)).toEqual([
      'signed_contract',
      'resident_card',
      'seal_certificate',
      'tax_return',
      'drivers_license',
      'bank_book',
    ])
    const own = await ask(['業務委託契約書', 'resident_card'])
    expect(own.filter(({ required }) => required)).toMatchObject([
      { document_type: '業務委託契約書', max_files: 50, max_mb: 100, validity_days: null },
      { document_type: 'resident_card', max_files: 1, validity_days: 90 },
    ])
    const requirements = '["業務委託契約書"]'
    const { id } = await addSession(service, await signIn(), { requirements })
    for (const document_type of ['業務委託契約書', 'bank_book']) {
      const form = [part('a.pdf'), { name: 'document_type', body: document_type }]
      expect((await upload(service, id, form)).json()).toMatchObject({
        uploaded_files: [{ document_type }],
      })
    }
  })
})
