import { addSession } from '../../support/submission-files.ts'
import { someOf } from '../peers/ground.ts'
import { type Area, api, get, send } from './ground.ts'
import { form } from './uploads.ts'

const links = 2000

/** By links, without an account, and by the staff behind them. */
export const submissions: Area = async ({ db, ask, person }) => {
  const staff = await person('User')
  const deps = { db } as Parameters<typeof addSession>[0]['deps']
  const open: string[] = []
  for (let n = 0; n < links; n += 1) open.push((await addSession({ deps }, staff)).id)
  const filled = open.slice(0, 50)
  const files: string[] = []
  for (const id of filled) {
    const { uploaded_files } = await ask(form(`/sessions/${id}/upload`, '', 'files', 10_000))
    files.push(...uploaded_files.map((file) => file.id))
  }
  const session = {
    submitter_name: '山田 花子',
    submitter_email: 'hanako@example.jp',
    submission_type: 'individual',
  }
  return [
    {
      name: 'GET /sessions/{id}, by link',
      asked: () => ({ path: `${api}/sessions/${someOf(open)}` }),
    },
    {
      name: 'POST /sessions/{id}/upload, 10 kB',
      asked: () => form(`/sessions/${someOf(open)}/upload`, '', 'files', 10_000),
    },
    {
      name: 'GET /sessions/{id}/files',
      asked: () => get(`/sessions/${someOf(filled)}/files`, staff.token),
    },
    {
      name: 'GET /admin/sessions?limit=50',
      asked: () => get('/admin/sessions?limit=50', staff.token),
    },
    { name: 'POST /sessions', asked: () => send('POST', '/sessions', staff.token, session) },
    {
      name: 'PATCH /files/{id}/review',
      asked: () =>
        send('PATCH', `/files/${someOf(files)}/review`, staff.token, { review: 'accepted' }),
    },
  ]
}
