import { newId } from '../../../src/values.ts'
import { report } from '../itsm-core.ts'
import { createKnownError, createProblem } from '../itsm-problems.ts'
import { insertImport } from '../itsm-whole.ts'
import { samples, sendForm } from '../uploads.ts'
import type { Area, Ground, Place } from './cases.ts'

const at = (id: string) => `/api/v1/incidents/${id}`

/** One that a user has reported, with a public note and file of theirs. */
async function furnish({ people: { own, agent } }: Ground): Promise<Place> {
  const { id } = await report(own)
  const note = await own.post(`${at(id)}/work-notes`, { content: 'まだ送れない' })
  const parts = [{ name: 'files', filename: 'a.pdf', body: samples.pdf }]
  const attached = await sendForm(own, parts, `${at(id)}/attachments`)
  return {
    id,
    agent: agent.id,
    note_id: note.json().id,
    file_id: attached.json().attachments[0].id,
  }
}

const setTo =
  (status: 'new' | 'in_progress' | 'resolved') =>
  ({ db }: Ground, { id = '' }: Place) =>
    db.updateTable('incidents').set({ status }).where('id', '=', id).execute()

/** Reporters see their own, staff all; other users do not know of it. */
const seen = { answers: { User: 404, else: 200 } } as const
/** Who only looks on changes nothing of what others have reported. */
const acting = { answers: { User: 404, CabMember: 403, else: 200 } } as const
const staff = { answers: 200 } as const

const incidents: Area = {
  furnish,
  cases: {
    'POST /incidents': { answers: 201, body: () => ({ title: '送れない' }) },
    'GET /incidents': { answers: 200 },
    'GET /incidents/export': { answers: 200, query: () => ({ format: 'csv' }) },
    'GET /incidents/searches': { answers: 200 },
    'POST /incidents/searches': {
      answers: 201,
      body: () => ({ name: newId(), query: { status: ['new'] } }),
    },
    'POST /incidents/bulk-update': {
      answers: 200,
      body: ({ id }) => ({ incident_ids: [id], updates: { impact: 'low' } }),
    },
    'GET /incidents/{id}': seen,
    'PATCH /incidents/{id}': { ...staff, body: () => ({ impact: 'low' }) },
    'DELETE /incidents/{id}': { answers: 204 },
    'GET /incidents/{id}/history': seen,
    'GET /incidents/{id}/timeline': seen,
    'POST /incidents/{id}/assign': {
      ...staff,
      body: ({ agent }) => ({ assignee_id: agent }),
      isOnce: true,
    },
    'POST /incidents/{id}/start': { ...staff, isOnce: true },
    'POST /incidents/{id}/pending': {
      ...staff,
      before: setTo('in_progress'),
      body: () => ({ reason: '返事待ち' }),
    },
    'POST /incidents/{id}/resolve': {
      ...staff,
      before: setTo('in_progress'),
      body: () => ({ resolution: '再起動' }),
    },
    'POST /incidents/{id}/reopen': {
      ...acting,
      before: setTo('resolved'),
      body: () => ({ reason: '再発' }),
    },
    'POST /incidents/{id}/close': { ...acting, before: setTo('resolved'), body: () => ({}) },
    'POST /incidents/{id}/cancel': {
      ...acting,
      before: setTo('new'),
      body: () => ({ reason: '誤報' }),
    },
    'GET /incidents/{id}/attachments': seen,
    'POST /incidents/{id}/attachments': {
      answers: { User: 404, CabMember: 403, else: 201 },
      form: [{ name: 'files', filename: 'b.pdf', body: samples.pdf }],
    },
    'GET /incidents/{id}/attachments/{file_id}': seen,
    'DELETE /incidents/{id}/attachments/{file_id}': {
      answers: { User: 404, CabMember: 403, else: 204 },
    },
    'GET /incidents/{id}/links': seen,
    'GET /incidents/{id}/work-notes': seen,
    'POST /incidents/{id}/work-notes': {
      answers: { User: 404, CabMember: 403, else: 201 },
      body: () => ({ content: '見ている' }),
    },
    'PUT /incidents/{id}/work-notes/{note_id}': {
      answers: { User: 404, CabMember: 403, ServiceDeskAgent: 403, else: 200 },
      body: () => ({ content: '直した' }),
    },
    'DELETE /incidents/{id}/work-notes/{note_id}': {
      answers: { User: 404, CabMember: 403, ServiceDeskAgent: 403, else: 204 },
    },
    'GET /incidents/{id}/sla': seen,
    'GET /incidents/{id}/known-errors': seen,
  },
}

/** Whose search it is and what was imported is nobody else's, whatever they oversee. */
const searches: Area = {
  furnish: async ({ people }) => {
    const body = { name: newId(), query: { status: ['new'] } }
    return { id: (await people.own.post('/api/v1/incidents/searches', body)).json().id }
  },
  cases: {
    'GET /incidents/searches/{id}': { answers: { own: 200, else: 404 } },
    'PUT /incidents/searches/{id}': {
      answers: { own: 200, else: 404 },
      body: () => ({ name: newId(), query: { status: ['new'] } }),
    },
    'DELETE /incidents/searches/{id}': { answers: { own: 204, else: 404 } },
  },
}

const imports: Area = {
  furnish: async ({ people }) => ({ id: await insertImport(people.SystemAdmin) }),
  cases: {
    'GET /incidents/imports': { answers: 200 },
    'GET /incidents/imports/{id}': { answers: 200 },
    'POST /incidents/imports/{id}/cancel': { answers: 200, isOnce: true },
    'POST /incidents/import': {
      answers: 202,
      form: [{ name: 'file', filename: 'a.csv', body: 'title\nメール\n', type: 'text/csv' }],
    },
  },
}

/** An incident of a user that staff have tied to a problem and a known error. */
const links: Area = {
  furnish: async (ground) => {
    const { agent } = ground.people
    const place = await furnish(ground)
    const other = await createProblem(agent)
    const { id: target_id } = await createProblem(agent)
    const { id: known_error_id } = await createKnownError(agent)
    await agent.post(`${at(place.id ?? '')}/links`, { kind: 'problem', target_id })
    return { ...place, kind: 'problem', target_id, known_error_id, other: other.id }
  },
  owner: 'agent',
  cases: {
    'POST /incidents/{id}/links': {
      answers: 201,
      // It changes the problem too.
      scoped: 403,
      body: ({ other }) => ({ kind: 'problem', target_id: other }),
      isOnce: true,
    },
    'DELETE /incidents/{id}/links/{kind}/{target_id}': {
      answers: 204,
      scoped: 403,
      unknown: { kind: 422 },
    },
    'POST /incidents/{id}/known-errors/{known_error_id}/use': {
      answers: 200,
      body: () => ({}),
      hasNoParent: true,
      isOnce: true,
    },
  },
}

const knownErrors: Area = {
  owner: 'agent',
  furnish: async ({ people }) => ({
    id: (await createKnownError(people.agent, { is_published: false })).id,
  }),
  cases: {
    'GET /known-errors': { answers: 200 },
    'POST /known-errors': {
      answers: 201,
      body: () => ({ title: '滞留', symptoms: '送れない' }),
    },
    'GET /known-errors/search': { answers: 200, query: () => ({ q: 'メール' }) },
    'GET /known-errors/statistics': { answers: 200 },
    // To staff it is there as a draft; all others read what is published.
    'GET /known-errors/{id}': { answers: { User: 404, else: 200 }, scoped: 404 },
    'PUT /known-errors/{id}': { answers: 200, body: () => ({ title: '滞留' }) },
    'DELETE /known-errors/{id}': { answers: 204 },
  },
}

export const incidentAreas = [incidents, searches, imports, links, knownErrors]
