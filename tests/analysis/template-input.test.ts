import { insertProject } from '../support/projects.ts'
import { type Client, describe, expect, test } from '../support/service.ts'
import { addTemplate, addTheme, builtin, templates, themes } from '../support/templates.ts'

const { validation_id } = builtin
const template = { validation_id, issue_name: '課題' }
const id = '01990f6e-5c00-7000-8000-0123456789ab'
const axis = { name: '横軸', option: '軸' }
const sheet = {
  name: 'サンプル',
  rows: [
    ['年度', '売上'],
    ['2023', 1],
  ],
}
const step = { name: '段', type: 'filter', input: 'original' }

/** A body for a new template, and the field that is wrong in it. */
const bodies: [object, string][] = [
  [{ issue_name: '課題' }, 'validation_id'],
  [{ validation_id }, 'issue_name'],
  [{ ...template, validation_id: 'x' }, 'validation_id'],
  [{ ...template, issue_name: ' ' }, 'issue_name'],
  [{ ...template, issue_name: 'a\nb' }, 'issue_name'],
  [{ ...template, issue_name: 'a\u202eb' }, 'issue_name'],
  [{ ...template, issue_name: 'あ'.repeat(256) }, 'issue_name'],
  [{ ...template, issue_order: 0 }, 'issue_order'],
  [{ ...template, issue_order: 1.5 }, 'issue_order'],
  [{ ...template, project_id: 'x' }, 'project_id'],
  [{ ...template, agent_prompt: 'あ'.repeat(20_001) }, 'agent_prompt'],
  [{ ...template, dummy_formula: [] }, 'dummy_formula'],
  [{ ...template, version: 3 }, 'version'],
  [{ ...template, initial_axis: [{ name: '横軸' }] }, 'initial_axis.0.option'],
  [{ ...template, initial_axis: [{ ...axis, option: 'コラム' }] }, 'initial_axis.0.option'],
  [{ ...template, initial_axis: [{ ...axis, axis_order: 1 }] }, 'initial_axis.0.axis_order'],
  [
    {
      ...template,
      initial_axis: [
        { ...axis, id },
        { ...axis, id: id.toUpperCase() },
      ],
    },
    'initial_axis.1.id',
  ],
  [{ ...template, sample: [] }, 'sample'],
  [{ ...template, sample: { steps: [] } }, 'sample.sheet'],
  [{ ...template, sample: { sheet } }, 'sample.steps'],
  [{ ...template, sample: { sheet, steps: [], rows: [] } }, 'sample.rows'],
  [{ ...template, sample: { sheet: { name: 'a', rows: [] }, steps: [] } }, 'sample.sheet.rows'],
  [
    { ...template, sample: { sheet: { name: 'a', rows: [[{}]] }, steps: [] } },
    'sample.sheet.rows.0.0',
  ],
  [{ ...template, sample: { sheet, steps: [{ ...step, type: 'pivot' }] } }, 'sample.steps.0.type'],
  [
    { ...template, sample: { sheet, steps: Array.from({ length: 51 }, () => step) } },
    'sample.steps',
  ],
]

const themeBodies: [object, string][] = [
  [{}, 'validation_name'],
  [{ validation_name: '' }, 'validation_name'],
  [{ validation_name: 'a\tb' }, 'validation_name'],
  [{ validation_name: '施策', validation_order: -1 }, 'validation_order'],
  [{ validation_name: '施策', is_builtin: true }, 'is_builtin'],
]

describe('bad input for templates', () => {
  test('is told by its field, and nothing is kept', async ({ db, signIn }) => {
    const member = await signIn()
    const project_id = await insertProject(db, { member })
    for (const [body, field] of bodies) {
      await expectFault(member, 'post', templates, { project_id, ...body }, field)
    }
    for (const [body, field] of themeBodies) {
      await expectFault(member, 'post', themes, { project_id, ...body }, field)
    }
    const kept = db.selectFrom('analysis_issues').select('id').where('project_id', '=', project_id)
    expect(await kept.execute()).toEqual([])
  })

  test('is told for changes as well', async ({ db, signIn }) => {
    const member = await signIn()
    const project_id = await insertProject(db, { member })
    const { issue_id } = await addTemplate(member, { project_id })
    const theme = await addTheme(member, project_id)
    const [own, about] = [`${templates}/${issue_id}`, `${themes}/${theme.validation_id}`]
    for (const [body, field] of [
      [{}, 'body'],
      [{ project_id: null }, 'project_id'],
      [{ issue_name: '' }, 'issue_name'],
      [{ sample: { sheet } }, 'sample.steps'],
      [{ validation_id: null }, 'validation_id'],
    ] as const) {
      await expectFault(member, 'patch', own, body, field)
    }
    await expectFault(member, 'patch', about, {}, 'body')
    await expectFault(member, 'patch', about, { validation_name: '' }, 'validation_name')
    expect((await member.get(own)).json().version).toBe(1)
    expect((await member.get(about)).json().version).toBe(1)
  })

  test('is told for paths and queries', async ({ signIn }) => {
    const user = await signIn()
    for (const url of [`${templates}/x`, `${themes}/x`, `${templates}?project_id=x`]) {
      expect((await user.get(url)).statusCode, url).toBe(422)
    }
    expect((await user.get(`${templates}/${id}`)).json().code).toBe('template_not_found')
    expect((await user.get(`${themes}/${id}`)).json().code).toBe('template_theme_not_found')
  })

  test('leaves what looks like code a text', async ({ db, signIn }) => {
    const member = await signIn()
    const project_id = await insertProject(db, { member })
    const issue_name = `'); drop table analysis_issues; -- <script>alert(1)</script> \${x}`
    const texts = { issue_name, agent_prompt: '"\\\u0001\n{{x}}', description: '=1+1' }
    const made = await addTemplate(member, { project_id, ...texts })
    expect((await member.get(`${templates}/${made.issue_id}`)).json()).toMatchObject(texts)
  })
})

describe('two people at once', () => {
  test('do not change one version of a template twice', async ({ db, signIn }) => {
    const [one, other] = [await signIn(), await signIn()]
    const project_id = await insertProject(db, { member: one, project_manager: other })
    const { issue_id } = await addTemplate(one, { project_id })
    const own = `${templates}/${issue_id}`
    const tag = { 'if-match': String((await one.get(own)).headers.etag) }
    const answers = await Promise.all(
      [one, other, one, other].map((client, n) => client.patch(own, { issue_order: n + 2 }, tag)),
    )
    const statuses = answers.map(({ statusCode }) => statusCode)
    expect(statuses.toSorted()).toEqual([200, 412, 412, 412])
    expect((await one.get(own)).json().version).toBe(2)
  })

  test('leave no question without its theme', async ({ db, signIn }) => {
    const member = await signIn()
    const project_id = await insertProject(db, { member })
    for (let round = 0; round < 5; round += 1) {
      const { validation_id } = await addTheme(member, project_id)
      const body = { project_id, validation_id, issue_name: '課題' }
      const [made, deleted] = await Promise.all([
        member.post(templates, body),
        member.delete(`${themes}/${validation_id}`),
      ])
      expect([
        [201, 409],
        [422, 204],
      ]).toContainEqual([made.statusCode, deleted.statusCode])
    }
  })
})

async function expectFault(
  client: Client,
  method: 'post' | 'patch',
  url: string,
  body: object,
  field: string,
): Promise<void> {
  const response = await client[method](url, body)
  const said = `${JSON.stringify(body).slice(0, 200)}: ${response.body.slice(0, 400)}`
  expect(response.statusCode, said).toBe(422)
  const fields = response.json().errors.map((fault: { field: string }) => fault.field)
  expect([...new Set(fields)], said).toEqual([field])
}
