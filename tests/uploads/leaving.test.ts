import type { Caller } from '../../src/access.ts'
import { uploadIncidentFiles } from '../../src/itsm/incidents/uploads.ts'
import { uploadProjectFile } from '../../src/projects/uploads.ts'
import { createFile } from '../../src/uploads/files.ts'
import { getResumable } from '../../src/uploads/resumable.ts'
import { receiveParts } from '../../src/uploads/resumable-parts.ts'
import { createFiles } from '../../src/uploads/several.ts'
import { insertProject } from '../support/projects.ts'
import { type Client, describe, expect, type Service, test } from '../support/service.ts'
import { begin, idOf, pdf } from '../support/tus.ts'
import { samples } from '../support/uploads.ts'

const megabyte = 1024 * 1024

type Way = (
  service: Service,
  ann: Client,
  caller: Caller,
  during: (bytes: Buffer) => AsyncIterable<Buffer>,
) => Promise<unknown>

async function* formOf(body: AsyncIterable<Buffer>) {
  yield { field: 'files', name: 'a.pdf', body }
}

const ways: Record<string, Way> = {
  'a file': ({ app }, _ann, caller, during) =>
    createFile(app, caller, { name: 'a.pdf', description: null }, during(samples.pdf), megabyte),
  'one of several files': ({ app }, _ann, caller, during) =>
    createFiles(
      app,
      caller,
      () => null,
      formOf(during(samples.pdf)),
      megabyte,
      (fault) => {
        throw fault
      },
    ),
  'the last piece of a file': async ({ app }, ann, caller, during) => {
    const id = idOf(await begin(ann, 100_000))
    const upload = await getResumable(app.db, caller, id)
    await receiveParts(app, caller, upload, during(pdf(100_000)))
  },
  'a file of a project': async ({ app }, ann, caller, during) => {
    const project = await insertProject(app.db, { member: ann })
    const body = during(Buffer.from('a,b\n1,2\n'))
    await uploadProjectFile(app, caller, project, { name: 'a.csv', body })
  },
  'a file of an incident': async ({ app }, ann, caller, during) => {
    const wish = { title: 'メールが送れない', impact: 'low', urgency: 'low' }
    const { id } = (await ann.post('/api/v1/incidents', wish)).json()
    const form = { files: formOf(during(samples.pdf)), texts: {} }
    await uploadIncidentFiles(app, caller, id, form, (fault) => {
      throw fault
    })
  },
}

const ends = { deactivated: { is_active: false }, deleted: undefined }

describe('somebody whose account ends while their file comes leaves none:', () => {
  test.for(Object.keys(ways).flatMap((way) => Object.keys(ends).map((end) => [way, end] as const)))(
    '%s, %s',
    async ([way, end], { service, db, signIn }) => {
      const [ann, admin] = [await signIn(), await signIn('SystemAdmin')]
      const origin = { ip: null, user_agent: null, request_id: 'r' }
      const caller: Caller = { ...ann, ...origin, scopes: null }
      const account = `/api/v1/user_accounts/${ann.id}`
      async function* during(bytes: Buffer) {
        yield bytes.subarray(0, 5)
        const change = ends[end as keyof typeof ends]
        const { statusCode } = await (change ? admin.patch(account, change) : admin.delete(account))
        expect(statusCode).toBeLessThan(300)
        yield bytes.subarray(5)
      }
      await expect(ways[way]?.(service, ann, caller, during)).rejects.toMatchObject({
        failure: 'account_inactive',
      })
      // What has come of it is nobody's, and goes with the next sweep at the latest.
      await service.queue.runDue()
      const rows = await Promise.all([
        db.selectFrom('uploads').select('id').where('owner_id', '=', ann.id).execute(),
        db.selectFrom('project_files').select('id').where('uploaded_by', '=', ann.id).execute(),
        db.selectFrom('resumable_uploads').select('id').where('owner_id', '=', ann.id).execute(),
        db.selectFrom('incoming_files').select('key').execute(),
        db.selectFrom('incident_files').select('id').execute(),
        db.selectFrom('resumable_parts').select('key').execute(),
      ])
      expect(rows.flat()).toEqual([])
    },
  )
})
