import { newId } from '../../../src/values.ts'
import { createCi, createTeam, webhooks as webhooksUrl } from '../itsm-desk.ts'
import { type Area, nothing } from './cases.ts'

const cis: Area = {
  owner: 'agent',
  kindOf: (field) => (field === 'depends_on' ? 'ci' : 'user'),
  furnish: async ({ people }) => ({ id: (await createCi(people.agent, { name: newId() })).id }),
  cases: {
    'GET /cis': { answers: 200 },
    'POST /cis': { answers: 201, body: () => ({ name: newId(), kind: 'server' }) },
    'GET /cis/{id}': { answers: 200 },
    'PATCH /cis/{id}': { answers: 200, body: () => ({ name: newId() }) },
    'DELETE /cis/{id}': { answers: 204 },
    'GET /cis/{id}/related': { answers: 200 },
    'GET /cis/{id}/incidents': { answers: 200 },
  },
}

const teams: Area = {
  owner: 'agent',
  furnish: async ({ people: { ChangeManager } }) => ({
    id: (await createTeam(ChangeManager, { name: newId() })).id,
    member: ChangeManager.id,
  }),
  cases: {
    'GET /teams': { answers: 200 },
    'POST /teams': { answers: 201, body: () => ({ name: newId() }) },
    'GET /teams/{id}': { answers: 200 },
    'PATCH /teams/{id}': { answers: 200, body: () => ({ name: newId() }) },
    'DELETE /teams/{id}': { answers: 204 },
    'PUT /teams/{id}/members': {
      answers: 200,
      body: ({ member }) => ({ user_ids: [member] }),
    },
  },
}

const calendar = () => ({ name: newId(), zone: 'UTC', round_the_clock: true })

const calendars: Area = {
  furnish: async ({ people }) => ({
    id: (await people.ChangeManager.post('/api/v1/sla/calendars', calendar())).json().id,
  }),
  cases: {
    'GET /sla/calendars': { answers: 200 },
    'POST /sla/calendars': { answers: 201, body: calendar },
    'GET /sla/calendars/{id}': { answers: 200 },
    'PATCH /sla/calendars/{id}': { answers: 200, body: () => ({ name: newId() }) },
    'DELETE /sla/calendars/{id}': { answers: 204 },
    'GET /sla/calendars/{id}/days': {
      answers: 200,
      query: () => ({ from: '2026-12-01', to: '2026-12-31' }),
    },
    'GET /sla/holidays': { answers: 200, query: () => ({ year: '2026' }) },
  },
}

const target = { response_minutes: 15, resolution_minutes: 120 }
const targets = { critical: target, high: target, medium: target, low: target }

const policies: Area = {
  furnish: async ({ people: { ChangeManager } }) => {
    const made = await ChangeManager.post('/api/v1/sla/calendars', calendar())
    const { id: calendar_id } = made.json()
    const body = { name: newId(), calendar_id, targets }
    const policy = await ChangeManager.post('/api/v1/sla/policies', body)
    return { id: policy.json().id, calendar_id }
  },
  cases: {
    'GET /sla/policies': { answers: 200 },
    'POST /sla/policies': {
      answers: 201,
      body: ({ calendar_id }) => ({ name: newId(), calendar_id, targets }),
    },
    'GET /sla/policies/{id}': { answers: 200 },
    'PATCH /sla/policies/{id}': { answers: 200, body: () => ({ name: newId() }) },
    'DELETE /sla/policies/{id}': { answers: 204 },
    'GET /sla/policies/{id}/versions': { answers: 200 },
  },
}

const hook = () => ({ name: newId(), url: 'https://hooks.example.jp/x', events: ['*'] })

const webhooks: Area = {
  furnish: async ({ people }) => ({
    id: (await people.ChangeManager.post(webhooksUrl, hook())).json().id,
  }),
  cases: {
    'GET /itsm/webhooks': { answers: 200 },
    'POST /itsm/webhooks': { answers: 201, body: hook },
    'GET /itsm/webhooks/{id}': { answers: 200 },
    'PATCH /itsm/webhooks/{id}': { answers: 200, body: () => ({ name: newId() }) },
    'DELETE /itsm/webhooks/{id}': { answers: 204 },
    'POST /itsm/webhooks/{id}/rotate': { answers: 200 },
    'GET /itsm/webhooks/{id}/deliveries': { answers: 200 },
    'POST /itsm/webhooks/{id}/test': { answers: 202 },
  },
}

const deliveries: Area = {
  furnish: async ({ people: { ChangeManager } }) => {
    const { id } = (await ChangeManager.post(webhooksUrl, hook())).json()
    return { id: (await ChangeManager.post(`${webhooksUrl}/${id}/test`, {})).json().id }
  },
  cases: { 'POST /itsm/webhooks/deliveries/{id}/redeliver': { answers: 409 } },
}

const figures: Area = {
  furnish: nothing,
  cases: {
    'GET /itsm/metrics': { answers: 200 },
    'GET /itsm/metrics/sla': { answers: 200 },
    'GET /itsm/metrics/backlog': { answers: 200 },
    'GET /itsm/metrics/volume': { answers: 200 },
    'GET /dashboard/metrics': { answers: 200 },
    'GET /dashboard/charts/trend': { answers: 200 },
    'GET /dashboard/charts/distribution': { answers: 200 },
    'GET /itsm/settings': { answers: 200 },
    'PUT /itsm/settings': { answers: 200 },
  },
}

export const deskAreas = [cis, teams, calendars, policies, webhooks, deliveries, figures]
