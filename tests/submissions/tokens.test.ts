import { describe, expect, speaking, test } from '../support/service.ts'
import { addSession, part, upload } from '../support/submission-files.ts'

describe('a token that is for submission.write alone', () => {
  test('does what its owner does with a session, and reads it as a submitter', async ({
    app,
    service,
    signIn,
  }) => {
    const owner = await signIn()
    const session = await addSession(service, owner)
    const sent = await upload(service, session.id, [part('契約書.pdf')])
    const file = `/api/v1/files/${sent.json().uploaded_files[0].id}`
    const body = { name: '取り込み', scopes: ['submission.write'] }
    const { token } = (await owner.post('/api/v1/auth/tokens', body)).json()
    const writer = speaking(app, `Bearer ${token}`)
    const url = `/api/v1/sessions/${session.id}`
    const changed = await writer.patch(url, { description: '別' })
    const whole = { description: '別', owner_id: owner.id }
    expect(changed.json()).toMatchObject({ ...whole, submitter_email: expect.any(String) })
    expect((await writer.get(url)).json()).toMatchObject({ owner_id: null, submitter_email: null })
    expect((await writer.get(file)).statusCode).toBe(404)
    expect((await writer.patch(`${file}/review`, { review: 'accepted' })).statusCode).toBe(200)
    expect((await writer.delete(file)).statusCode).toBe(204)
    const other = await addSession(service, await signIn())
    const refused = await writer.patch(`/api/v1/sessions/${other.id}`, { description: '別' })
    expect(refused.json()).toMatchObject({ status: 403, code: 'session_staff_required' })
  })
})
