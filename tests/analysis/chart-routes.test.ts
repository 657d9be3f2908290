import { newId } from '../../src/values.ts'
import { added, openSteps } from '../support/analysis-steps.ts'
import { describe, expect, type Service, test } from '../support/service.ts'

const lines = {
  graph_type: 'line',
  x_axis: '年度',
  y_axis: '値',
  legend_axis: '部門',
  title: '部門別の売上',
}
const onlySales = { name: '売上のみ', config: { category_filter: { 科目: ['売上'] } } }

/** A session whose second step draws lines of the sales of teams. */
async function openChart(deps: Service['deps'], signIn: Parameters<typeof openSteps>[1]) {
  const people = await openSteps(deps, signIn)
  const { member, url } = people
  const source = await added(member, url, onlySales)
  const chart = { name: '推移', type: 'summary', input: 'step_0', config: { chart_config: lines } }
  const step = await added(member, url, chart)
  return { ...people, step, source: `${url}/${source.step_id}`, at: `${url}/${step.step_id}` }
}

const answers = ['chart', 'chart?format=chartjs', 'chart.svg?width=640&height=400']

describe('the chart of a summary', () => {
  test('is for every member of the project, and for nobody else', async ({
    app,
    service,
    signIn,
  }) => {
    const { manager, moderator, member, viewer, outsider, at } = await openChart(
      service.deps,
      signIn,
    )
    for (const answer of answers) {
      for (const client of [manager, moderator, member, viewer]) {
        expect((await client.get(`${at}/${answer}`)).statusCode, answer).toBe(200)
      }
      const foreign = await outsider.get(`${at}/${answer}`)
      expect([foreign.statusCode, foreign.json().code]).toEqual([404, 'analysis_session_not_found'])
      expect((await app.inject(`${at}/${answer}`)).statusCode).toBe(401)
    }
  })

  test('shows the same numbers for Plotly, for Chart.js and as a picture', async ({
    service,
    signIn,
  }) => {
    const { viewer, step, url, at } = await openChart(service.deps, signIn)
    const plotly = await viewer.get(`${at}/chart`)
    expect(plotly.json().data).toMatchObject([
      { name: '営業', x: ['2023', '2024'], y: [1_000_000, 1_200_000] },
      { name: '開発', x: ['2023', '2024'], y: [500_000, 600_000] },
    ])
    expect(plotly.json()).toEqual(step.result_chart)
    expect((await viewer.get(`${url}/step_1/chart`)).body).toBe(plotly.body)
    const chartJs = (await viewer.get(`${at}/chart?format=chartjs`)).json()
    expect(chartJs).toMatchObject({
      type: 'line',
      data: {
        labels: ['2023', '2024'],
        datasets: [{ data: [1_000_000, 1_200_000] }, { data: [500_000, 600_000] }],
      },
    })
    const picture = await viewer.get(`${at}/chart.svg?width=640&height=400`)
    expect(picture.headers).toMatchObject({
      'content-type': 'image/svg+xml; charset=utf-8',
      'content-security-policy': "default-src 'none'; sandbox",
      'x-content-type-options': 'nosniff',
    })
    expect(picture.body).toMatch(/^<svg [^>]*width="640" height="400"/)
    for (const text of ['部門別の売上', '営業 2024: 1,200,000', '開発 2023: 500,000']) {
      expect(picture.body).toContain(text)
    }
  })

  test('is not sent again while it is the same', async ({ service, signIn }) => {
    const { member, source, at } = await openChart(service.deps, signIn)
    const tags = new Set<string>()
    for (const answer of answers) {
      const { headers } = await member.get(`${at}/${answer}`)
      expect(headers['cache-control']).toBe('private, no-cache')
      const etag = headers.etag as string
      tags.add(etag)
      const again = await member.get(`${at}/${answer}`, { 'if-none-match': etag })
      expect([again.statusCode, again.body, again.headers.etag]).toEqual([304, '', etag])
    }
    expect(tags.size).toBe(answers.length)
    const [first] = tags
    const config = { category_filter: { 科目: ['コスト'] } }
    const patched = await member.patch(source, { config })
    expect(patched.statusCode, patched.body).toBe(200)
    const changed = await member.get(`${at}/chart`, { 'if-none-match': first as string })
    expect(changed.statusCode).toBe(200)
    expect(changed.headers.etag).not.toBe(first)
  })

  test('stays what it was in earlier snapshots', async ({ service, signIn }) => {
    const { member, step, snapshot_id, at } = await openChart(service.deps, signIn)
    const before = await Promise.all(answers.map((answer) => member.get(`${at}/${answer}`)))
    const pie = { graph_type: 'bar', x_axis: '部門', y_axis: '値', legend_axis: '年度' }
    const changed = await member.patch(at, { config: { chart_config: pie } })
    expect(changed.statusCode, changed.body).toBe(200)
    expect((await member.get(`${at}/chart`)).json().data[0].type).toBe('bar')
    for (const [n, answer] of answers.entries()) {
      const mark = answer.includes('?') ? '&' : '?'
      const old = await member.get(`${at}/${answer}${mark}snapshot_id=${step.snapshot_id}`)
      expect([old.statusCode, old.body]).toEqual([200, before[n]?.body])
    }
    const none = await member.get(`${at}/chart?snapshot_id=${snapshot_id}`)
    expect([none.statusCode, none.json().code]).toEqual([404, 'analysis_step_not_found'])
  })

  test('is not there for a step without one, another step or another snapshot', async ({
    service,
    signIn,
  }) => {
    const { member, url, at } = await openChart(service.deps, signIn)
    await added(member, url, { name: '表', type: 'summary', input: 'step_0', config: {} })
    for (const [path, code] of [
      [`${url}/step_0/chart`, 'analysis_chart_not_found'],
      [`${url}/step_2/chart.svg`, 'analysis_chart_not_found'],
      [`${url}/step_3/chart`, 'analysis_step_not_found'],
      [`${url}/${newId()}/chart.svg`, 'analysis_step_not_found'],
      [`${at}/chart?snapshot_id=${newId()}`, 'analysis_snapshot_not_found'],
    ] as const) {
      const { statusCode, ...response } = await member.get(path)
      expect([path, statusCode, response.json().code]).toEqual([path, 404, code])
    }
  })

  test('is refused in other formats and sizes', async ({ service, signIn }) => {
    const { member, at } = await openChart(service.deps, signIn)
    for (const [query, field] of [
      ['chart?format=png', 'format'],
      ['chart?format=', 'format'],
      ['chart?snapshot_id=1', 'snapshot_id'],
      ['chart.svg?width=199', 'width'],
      ['chart.svg?width=2001', 'width'],
      ['chart.svg?height=199.5', 'height'],
      ['chart.svg?height=1e9', 'height'],
    ] as const) {
      const response = await member.get(`${at}/${query}`)
      expect(response.statusCode, query).toBe(422)
      expect(response.json().errors, query).toMatchObject([{ field }])
    }
    for (const size of ['width=200&height=200', 'width=2000&height=2000']) {
      expect((await member.get(`${at}/chart.svg?${size}`)).statusCode, size).toBe(200)
    }
  })

  test('says why it cannot be drawn once the steps before are others', async ({
    service,
    signIn,
  }) => {
    const { member, source, at } = await openChart(service.deps, signIn)
    const changed = await member.patch(source, { config: {} })
    expect(changed.statusCode, changed.body).toBe(200)
    for (const answer of answers) {
      const response = await member.get(`${at}/${answer}`)
      expect(response.statusCode, answer).toBe(422)
      expect(response.json().errors, answer).toMatchObject([
        {
          field: 'config.chart_config.legend_axis',
          message: expect.stringContaining('売上, コスト'),
        },
      ])
    }
  })
})
