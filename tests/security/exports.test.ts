import { now } from '../../src/values.ts'
import { addStep, openAnalysis, startFrom } from '../support/analysis-life.ts'
import { insertPolicy, insertTree } from '../support/driver-trees.ts'
import { exportsOf, harmlessIn, hostile, spoil } from '../support/exports.ts'
import { insertChange } from '../support/itsm-cab.ts'
import { report } from '../support/itsm-core.ts'
import { insertProject } from '../support/projects.ts'
import { type Client, describe, expect, type Service, signInTo } from '../support/service.ts'
import { test as base } from '../support/statistics.ts'
import { addSession } from '../support/submission-files.ts'

/** Where an operation is asked, and whether texts of people or of sources are in what it gives. */
type Case = { url: string; texts?: false }
type Ground = { admin: Client; cases: Record<string, Case> }

const api = '/api/v1'
const fixed = (url: string): Case => ({ url: `${api}${url}`, texts: false })
const open = (url: string): Case => ({ url: `${api}${url}` })

const test = base.extend<{ ground: Ground }>({
  ground: [
    async ({ service }, use) => {
      const admin = await signInTo(service.app, 'SystemAdmin')
      await use({
        admin,
        cases: {
          ...(await figures(service, admin)),
          ...(await desk(service, admin)),
          ...(await trees(service, admin)),
          ...(await analysis(admin)),
        },
      })
    },
    { scope: 'file' },
  ],
})

async function figures({ deps: { db } }: Service, admin: Client): Promise<Record<string, Case>> {
  // Before anybody reads them: the catalogue is kept until an edition changes.
  await spoil(db, 'areas', ['name_ja', 'name_en'], 'code')
  await spoil(db, 'indicators', ['name_ja', 'name_en', 'unit'], 'code')
  const card = await admin.post(`${api}/kpi`, { name_ja: 'a', indicator: '#A05203' })
  const policy = await admin.post(`${api}/policy`, {
    name_ja: 'a',
    areas: ['13000'],
    indicator: '#A05203',
    direction: 'up',
    starts_on: '2015-04-01',
  })
  await spoil(db, 'kpis', ['name_ja'])
  await spoil(db, 'policies', ['name_ja'])
  const two = 'area=13000,27000'
  return {
    getPopulation: open(`/population?${two}`),
    getPopulationPyramid: open('/population/pyramid'),
    getPopulationTrends: open(`/population/trends?${two}`),
    getPopulationForecast: open('/population/forecast'),
    getComparison: open(`/comparison?${two}&indicator=A1101`),
    getLivability: open('/livability'),
    getLivabilityRanking: open('/livability/ranking'),
    getSimilarAreas: open('/livability/similar/13000'),
    getAreaLivability: open('/livability/13000'),
    listKpiCards: open('/kpi'),
    getKpiCard: open(`/kpi/${card.json().id}`),
    getPolicy: open(`/policy/${policy.json().id}`),
    getPolicyEffect: fixed(`/policy/${policy.json().id}/effect`),
    getMap: open('/map/total'),
    getObservations: open(`/statistics/observations?${two}&indicator=A1101`),
    getSummary: open('/statistics/summary?indicator=A1101'),
  }
}

async function desk(service: Service, admin: Client): Promise<Record<string, Case>> {
  const { db } = service.deps
  const at = '2026-03-01T00:00:00.000Z'
  for (const text of hostile) {
    await report(admin, { title: '庁内メールが送れない' })
    await admin.post(`${api}/problems`, { title: 'メールが度々止まる' })
    await addSession(service, admin, { submitter_name: text, description: text, comment: text })
    const ended = { status: 'completed' as const, actual_start: at, actual_end: at }
    await insertChange(db, { requester_id: admin.id, category: text, ...ended })
  }
  await spoil(db, 'incidents', ['title', 'category'])
  await db
    .updateTable('incidents')
    .set({ status: 'resolved', resolved_at: now(), response_met: 1, resolution_met: 1 })
    .where('category', 'in', hostile.slice(0, 5))
    .execute()
  await spoil(db, 'problems', ['title'])
  await spoil(db, 'audit_log', ['user_agent'])
  const range = 'from=2026-01-01&to=2027-01-01'
  return {
    exportAuditEvents: open('/admin/audit/export'),
    exportSubmissionSessions: open('/admin/sessions/export'),
    exportIncidents: open('/incidents/export'),
    exportProblems: open('/problems/export'),
    getChangeRates: open(`/changes/rates?${range}&by=category`),
    getItsmMetrics: open('/itsm/metrics?group_by=category'),
    getSlaMetrics: open('/itsm/metrics/sla?group_by=category'),
    getItsmBacklog: open('/itsm/metrics/backlog?group_by=category'),
    getItsmVolume: fixed('/itsm/metrics/volume'),
  }
}

async function trees({ deps: { db } }: Service, viewer: Client): Promise<Record<string, Case>> {
  const project = await insertProject(db, { viewer })
  const data = { period: '年度', axes: hostile, keys: [['2023', ...hostile]], values: [1] }
  const leaves = Object.fromEntries(hostile.map((label) => [label, { data }]))
  const root = { operator: '+' as const, children: hostile }
  const { tree_id, ids } = await insertTree(db, project, { 根: root, ...leaves }, '根')
  const node_id = String(ids[hostile[0] as string])
  await insertPolicy(db, { tree_id, node_id }, { name: hostile[0] as string, value: 2 })
  return {
    downloadTree: open(`/driver-tree/tree/${tree_id}/output`),
    downloadNodePreview: open(`/driver-tree/node/${node_id}/preview/output`),
  }
}

async function analysis(admin: Client): Promise<Record<string, Case>> {
  const place = await openAnalysis(admin)
  const quoted = hostile.map((text) => `"${text}"`)
  const lines = quoted.map((text) => `${text},営業,1`)
  const table = ['名前,部門,売上', ...lines, ''].join('\n')
  await startFrom(admin, place, 'results.csv', table)
  const { step_id } = await addStep(admin, place, 'filter')
  return { exportAnalysisTable: { url: `${place.url}/step/${step_id}/table` } }
}

describe('every export', { timeout: 180_000 }, () => {
  test('has a case, and every case an export', ({ app, ground }) => {
    expect(Object.keys(ground.cases).sort()).toEqual([...exportsOf(app).keys()].sort())
  })

  test('has texts as texts, whatever they begin with', async ({
    app,
    ground: { admin, cases },
  }) => {
    for (const [name, formats] of exportsOf(app)) {
      const { url, texts = true } = cases[name] as Case
      for (const format of formats) {
        const to = `${url}${url.includes('?') ? '&' : '?'}format=${format}`
        const fixedFormat = name === 'downloadNodePreview'
        const response = await admin.get(fixedFormat ? url : to)
        expect(response.statusCode, `${name} ${response.body}`).toBe(200)
        const count = await harmlessIn(format, response.rawPayload)
        expect(count > 0, `${name} as ${format} has hostile texts`).toBe(texts)
      }
    }
  })
})
