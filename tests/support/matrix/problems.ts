import { createProblem, insertChange, insertIncident } from '../itsm-problems.ts'
import type { Area, Ground, Place } from './cases.ts'

const close = ({ db }: Ground, { id = '' }: Place) =>
  db.updateTable('problems').set({ status: 'closed' }).where('id', '=', id).execute()

const problems: Area = {
  owner: 'agent',
  furnish: async ({ db, people }) => {
    const { agent, own } = people
    const { id } = await createProblem(agent)
    const incident_id = await insertIncident(db, { reporter_id: own.id })
    const { id: change_id } = await insertChange(db, agent.id, 'scheduled')
    const at = `/api/v1/problems/${id}`
    await agent.post(`${at}/incidents`, { incident_ids: [incident_id] })
    await agent.post(`${at}/changes`, { change_ids: [change_id] })
    const said = { finding_type: 'cause', description: '空きがない' }
    const finding = await agent.post(`${at}/rca/findings`, said)
    const { id: finding_id } = finding.json()
    return { id, incident_id, change_id, finding_id, method: 'five_whys' }
  },
  cases: {
    'GET /problems': { answers: 200 },
    'POST /problems': { answers: 201, body: () => ({ title: '度々止まる' }) },
    'GET /problems/candidates': { answers: 200 },
    'GET /problems/statistics': { answers: 200 },
    'GET /problems/trends': { answers: 200 },
    'GET /problems/kpis': { answers: 200 },
    'GET /problems/export': { answers: 200, query: () => ({ format: 'csv' }) },
    'PUT /problems/bulk-update': { answers: 200 },
    'GET /problems/{id}': { answers: 200 },
    'PATCH /problems/{id}': { answers: 200, body: () => ({ title: '度々' }) },
    'DELETE /problems/{id}': { answers: 204 },
    'GET /problems/{id}/history': { answers: 200 },
    'POST /problems/{id}/transition': {
      answers: 200,
      body: () => ({ status: 'under_investigation' }),
      isOnce: true,
    },
    'POST /problems/{id}/reopen': { answers: 200, before: close, body: () => ({ reason: '再発' }) },
    'GET /problems/{id}/incidents': { answers: 200 },
    'POST /problems/{id}/incidents': {
      answers: 200,
      body: ({ incident_id }) => ({ incident_ids: [incident_id] }),
    },
    'DELETE /problems/{id}/incidents/{incident_id}': { answers: 204 },
    'GET /problems/{id}/changes': { answers: 200 },
    'POST /problems/{id}/changes': {
      answers: 200,
      body: ({ change_id }) => ({ change_ids: [change_id] }),
    },
    'DELETE /problems/{id}/changes/{change_id}': { answers: 204 },
    'POST /problems/{id}/communicate': { answers: 200 },
    'GET /problems/{id}/rca': { answers: 200 },
    'PUT /problems/{id}/rca/phase': { answers: 200 },
    'PUT /problems/{id}/rca/five_whys': { answers: 200 },
    'PUT /problems/{id}/rca/fishbone': { answers: 200 },
    'PUT /problems/{id}/rca/timeline': { answers: 200 },
    'PUT /problems/{id}/rca/fault_tree': { answers: 200 },
    'GET /problems/{id}/rca/{method}': {
      answers: 200,
      unknown: { method: 422 },
      hasNoParent: true,
    },
    'GET /problems/{id}/rca/{method}/versions': {
      answers: 200,
      unknown: { method: 422 },
      hasNoParent: true,
    },
    'GET /problems/{id}/rca/findings': { answers: 200 },
    'POST /problems/{id}/rca/findings': { answers: 201 },
    'PATCH /problems/{id}/rca/findings/{finding_id}': {
      answers: 200,
      body: () => ({ description: '別' }),
    },
    'DELETE /problems/{id}/rca/findings/{finding_id}': { answers: 204 },
  },
}

export const problemAreas = [problems]
