import { newId } from '../../../src/values.ts'
import { furnishAnalysis } from '../analysis-ground.ts'
import { insertMember } from '../projects.ts'
import { addTemplate, addTheme, builtin } from '../templates.ts'
import type { Area, Ground, Place } from './cases.ts'
import { creating, deleting, furnishProject, reading, within, working } from './projects.ts'

const inProject = ({ project_id = '' }: Place) => ({ project_id })
const removing = { answers: within(204, 204, 204, 403, 204, 404), archived: 409 }
const session = '/analysis/session/{session_id}'
const step = `${session}/step/{step_id}`
const { validation_id } = builtin

const furnish = async ({ service, db, people }: Ground): Promise<Place> => {
  const { own, auditor, ...insiders } = people
  const place = await furnishAnalysis(service.deps, { ...insiders, manager: own })
  await insertMember(db, place.project_id, auditor.id, 'project_manager')
  return place
}

let turn = 0
const nextRole = () => (['利用しない', '値'] as const)[turn++ % 2]

const sessions: Area = {
  isOfProjects: true,
  furnish,
  kindOf: () => 'step',
  cases: {
    'GET /analysis/session': { ...reading, query: inProject },
    'POST /analysis/session': {
      ...creating,
      body: ({ project_id }) => ({ project_id, ...builtin }),
    },
    [`GET ${session}`]: reading,
    [`PATCH ${session}`]: { ...working, body: () => ({ name: newId() }) },
    [`DELETE ${session}`]: deleting,
    [`POST ${session}/duplicate`]: { ...creating, body: () => ({}) },
    [`GET ${session}/file`]: reading,
    // Whoever is let in is told that it is no table, which takes no process to find out.
    [`POST ${session}/file`]: {
      answers: within(415, 415, 415, 403, 415, 404),
      archived: 409,
      body: ({ project_file_id }) => ({ project_file_id }),
    },
    [`PATCH ${session}/file/{file_id}/config`]: {
      ...working,
      // Each time something else, so that it is written.
      body: () => ({ columns: [{ name: 'コスト', role: nextRole() }] }),
    },
    [`DELETE ${session}/file/{file_id}`]: removing,
    // It clears the steps.
    [`POST ${session}/input`]: { ...working, body: ({ file_id }) => ({ file_id }), isOnce: true },
    [`GET ${session}/input/rows`]: reading,
    [`GET ${session}/snapshot`]: reading,
    [`GET ${session}/snapshot/{snapshot_id}`]: reading,
    [`POST ${session}/snapshot/{snapshot_id}`]: { ...working, isOnce: true },
    [`GET ${session}/snapshot/{snapshot_id}/diff/{other_id}`]: reading,
    [`GET ${session}/step`]: reading,
    [`POST ${session}/step`]: {
      ...creating,
      body: () => ({ name: '絞り込み', type: 'filter', input: 'original' }),
      isOnce: true,
    },
    [`POST ${session}/step/order`]: {
      ...working,
      body: ({ filter_id = '', step_id = '', aside_id = '' }) => ({
        step_ids: turn++ % 2 ? [filter_id, step_id, aside_id] : [aside_id, filter_id, step_id],
      }),
    },
    [`GET ${step}`]: reading,
    [`PATCH ${step}`]: { ...working, body: () => ({ name: newId() }) },
    [`DELETE ${step}`]: removing,
    [`GET ${step}/chart`]: reading,
    [`GET ${step}/chart.svg`]: reading,
    [`GET ${step}/table`]: { ...reading, query: () => ({ format: 'csv' }) },
    [`GET ${session}/result`]: reading,
    [`GET ${session}/chat`]: reading,
    [`POST ${session}/chat`]: { ...working, body: () => ({ message: '営業だけにしてください' }) },
  },
}

/** The rows that come out of a filter. */
const rows: Area = {
  isOfProjects: true,
  furnish: async (ground) => {
    const place = await furnish(ground)
    return { ...place, step_id: place.filter_id ?? '' }
  },
  cases: { [`GET ${step}/rows`]: reading },
}

const templates: Area = {
  isOfProjects: true,
  furnish: async (ground) => {
    const { own } = ground.people
    const project_id = await furnishProject(ground)
    const theme = await addTheme(own, project_id)
    const { issue_id } = await addTemplate(own, { project_id })
    return { project_id, validation_id: theme.validation_id, issue_id }
  },
  cases: {
    'GET /analysis/template': { ...reading, query: inProject },
    'POST /analysis/template': {
      ...creating,
      body: ({ project_id }) => ({ project_id, validation_id, issue_name: '課題' }),
    },
    'GET /analysis/template/{issue_id}': reading,
    'PATCH /analysis/template/{issue_id}': { ...working, body: () => ({ issue_order: 3 }) },
    'DELETE /analysis/template/{issue_id}': deleting,
    'GET /analysis/template/validation': { ...reading, query: inProject },
    'POST /analysis/template/validation': {
      ...creating,
      body: ({ project_id }) => ({ project_id, validation_name: '施策' }),
    },
    'GET /analysis/template/validation/{validation_id}': reading,
    'PATCH /analysis/template/validation/{validation_id}': {
      ...working,
      body: () => ({ validation_order: 3 }),
    },
    'DELETE /analysis/template/validation/{validation_id}': deleting,
  },
}

export const analysis = [sessions, rows, templates]
