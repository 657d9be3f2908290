import { newId } from '../../../src/values.ts'
import { insertProject } from '../../support/projects.ts'
import { formOf } from '../../support/uploads.ts'
import { type Area, api, get, send } from './ground.ts'

const table = [
  '年度,部門,売上,コスト',
  ...Array.from(
    { length: 1000 },
    (_, n) => `${2000 + (n % 25)},部門${n % 40},${n * 1000},${n * 700}`,
  ),
].join('\n')

/** A session with a table of 1,000 rows, a filter, an aggregate and a chart of it. */
export const analysis: Area = async ({ db, ask, person }) => {
  const { id, token } = await person('User')
  const project_id = await insertProject(db, { project_manager: { id } })
  const post = (path: string, body: object) => ask(send('POST', path, token, body))
  const [theme] = (await ask(get('/analysis/template', token))) as unknown as [
    { validation_id: string; issue_id: string },
  ]
  const begun = { project_id, validation_id: theme.validation_id, issue_id: theme.issue_id }
  const { session_id } = await post('/analysis/session', begun)
  const session = `/analysis/session/${session_id}`
  const { payload, headers } = formOf([{ name: 'file', filename: '実績.csv', body: table }])
  const body = { type: String(headers['content-type']), bytes: payload }
  const path = `${api}/projects/${project_id}/files`
  const stored = await ask({ method: 'POST', path, token, body })
  const file = await post(`${session}/file`, { project_file_id: stored.id })
  await post(`${session}/input`, { file_id: file.id })
  const step = (name: string, type: string, config: object, input = 'original') =>
    post(`${session}/step`, { name, type, input, config })
  const filter = await step('絞り込み', 'filter', { category_filter: { 科目: ['売上'] } })
  const sums = [{ name: '売上合計', method: 'sum', subject: '売上' }]
  await step('集計', 'aggregate', { group_by_axis: ['年度'], aggregation_config: sums })
  const chart = { graph_type: 'line', x_axis: '年度', y_axis: '値' }
  await step('図', 'summary', { chart_config: chart }, 'step_1')
  return [
    {
      name: 'GET /analysis/session',
      asked: () => get(`/analysis/session?project_id=${project_id}`, token),
    },
    { name: 'GET /analysis/session/{id}', asked: () => get(session, token) },
    { name: 'GET …/step', asked: () => get(`${session}/step`, token) },
    {
      name: 'GET …/step/{id}/rows',
      asked: () => get(`${session}/step/step_1/rows?limit=50`, token),
    },
    { name: 'GET …/step/{id}/chart', asked: () => get(`${session}/step/step_2/chart`, token) },
    {
      name: 'POST /analysis/session',
      asked: () => send('POST', '/analysis/session', token, begun),
    },
    {
      name: 'PATCH …/step/{id}',
      most: 64,
      asked: () => send('PATCH', `${session}/step/${filter.step_id}`, token, { name: newId() }),
    },
  ]
}
