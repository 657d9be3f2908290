import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll } from 'vitest'
import { parse } from 'yaml'
import { describe, expect, type Service, startService, test } from '../support/service.ts'

const folder = join(import.meta.dirname, '../../docs/operations')
const read = (name: string) => readFileSync(join(folder, name), 'utf8')

type Rule = {
  record?: string
  alert?: string
  expr: string
  labels?: Record<string, string>
  annotations?: Record<string, string>
}
type Panel = { title: string; targets?: { expr: string }[] }

const rules: Rule[] = parse(read('alerts.yaml')).groups.flatMap(
  ({ rules }: { rules: Rule[] }) => rules,
)
const alerts = rules.filter(({ alert }) => alert !== undefined)
const dashboard: {
  schemaVersion: number
  panels: Panel[]
  templating: { list: { name: string; definition?: string }[] }
} = JSON.parse(read('grafana-dashboard.json'))
const targets = dashboard.panels.flatMap(({ targets = [] }) => targets)
const expressions = [...rules, ...targets].map(({ expr }) => expr)

/** What Prometheus itself adds to each series. */
const added = ['instance', 'job', 'le']
const keywords = ['and', 'or', 'unless', 'by', 'without', 'on', 'ignoring', 'group_left']
const functions = [
  ...['absent', 'count', 'histogram_quantile', 'increase', 'max', 'min', 'min_over_time'],
  ...['rate', 'sum', 'topk', 'vector'],
]

/** The names in an expression of PromQL: of series with the labels they are chosen by, and the rest. */
function namesIn(expr: string) {
  const series = new Map<string, string[]>()
  const grouped: string[] = []
  const bare = expr
    .replace(/([a-zA-Z_:][\w:]*)\{([^}]*)\}/g, (_, name: string, matchers: string) => {
      const labels = [...matchers.matchAll(/(\w+)\s*(?:=~|!~|!=|=)\s*"[^"]*"/g)]
      series.set(name, [...(series.get(name) ?? []), ...labels.map(([, label = '']) => label)])
      return ' '
    })
    .replace(/\[[^\]]*\]/g, ' ')
    .replace(/\b(by|without|on|ignoring|group_left)\s*\(([^)]*)\)/g, (_, _word, list: string) => {
      grouped.push(
        ...list
          .split(',')
          .map((each) => each.trim())
          .filter(Boolean),
      )
      return ' '
    })
  const called = [...bare.matchAll(/([a-z_]+)\s*\(/g)].map(([, name = '']) => name)
  const words = [...bare.matchAll(/[a-zA-Z_:][\w:]*/g)].map(([word]) => word)
  for (const word of words) {
    if (!called.includes(word) && !keywords.includes(word) && !series.has(word))
      series.set(word, [])
  }
  return { series, grouped, called: called.filter((word) => !keywords.includes(word)) }
}

describe('what operators watch with', () => {
  let service: Service
  /** Names of series as they are scraped, and the labels each can have. */
  const scraped = new Map<string, string[]>()
  const pool = { total: 3, idle: 2, waiting: 1 }

  beforeAll(async () => {
    service = await startService({
      changes: { redis: { ping: async () => {} }, poolUse: () => pool },
    })
    const text = (await service.app.inject('/metrics')).body
    for (const metric of service.deps.meters.registry.getMetricsAsArray()) {
      const { name, labelNames = [] } = metric as typeof metric & { labelNames?: string[] }
      expect(text).toContain(`# TYPE ${name} `)
      for (const end of ['', '_bucket', '_sum', '_count']) scraped.set(name + end, labelNames)
    }
    scraped.set('up', [])
    for (const { record } of rules) if (record) scraped.set(record, [])
  })
  afterAll(() => service.close())

  test.each(expressions)('%s', (expr) => {
    const { series, grouped, called } = namesIn(expr)
    const known = [...series.keys()].flatMap((name) => scraped.get(name) ?? [])
    for (const [name, labels] of series) {
      expect([...scraped.keys()]).toContain(name)
      for (const label of labels) expect([...(scraped.get(name) ?? []), ...added]).toContain(label)
    }
    for (const label of grouped) expect([...known, ...added]).toContain(label)
    for (const name of called) expect(functions).toContain(name)
    expect(series.size).toBeGreaterThan(0)
    expect(expr.split('(')).toHaveLength(expr.split(')').length)
  })

  test('leads from each alert to what to do', () => {
    const anchors = [...read('runbook.md').matchAll(/^## (.+)$/gm)].map(([, title]) => title)
    expect(new Set(anchors).size).toBe(anchors.length)
    const names = alerts.map(({ alert }) => alert)
    expect(new Set(names).size).toBe(names.length)
    for (const { alert, labels, annotations = {} } of alerts) {
      expect(['critical', 'warning'], alert).toContain(labels?.severity)
      for (const text of [annotations.summary, annotations.description]) {
        expect(text, alert).toMatch(/[ぁ-ん].* \/ [A-Z{]/)
      }
      const [, anchor] = annotations.runbook_url?.split('docs/operations/runbook.md#') ?? []
      expect(anchors, alert).toContain(anchor)
    }
    const wanted = alerts.map(({ annotations }) => annotations?.runbook_url?.split('#')[1])
    for (const anchor of anchors) expect(wanted).toContain(anchor)
  })

  test('says of every figure of ours what it means', () => {
    const page = read('observability.md')
    for (const { name } of service.deps.meters.registry.getMetricsAsArray()) {
      if (!/^(nodejs|process)_/.test(name)) expect(page).toContain(`\`${name}\``)
    }
  })

  test('draws a dashboard for any data source and instance', () => {
    expect(dashboard.schemaVersion).toBeGreaterThanOrEqual(39)
    expect(dashboard.templating.list.map(({ name }) => name)).toEqual(['datasource', 'instance'])
    const titles = dashboard.panels.map(({ title }) => title)
    expect(new Set(titles).size).toBe(titles.length)
    expect(targets.length).toBeGreaterThan(20)
  })
})
