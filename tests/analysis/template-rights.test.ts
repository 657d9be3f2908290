import { insertMany } from '../../db/bulk.ts'
import { maxThemes } from '../../schemas/analysis/templates.ts'
import { newId, now } from '../../src/values.ts'
import { insertProject } from '../support/projects.ts'
import { describe, expect, test } from '../support/service.ts'
import { addTemplate, addTheme, builtin, templates, themes } from '../support/templates.ts'

const { validation_id } = builtin

describe('templates of a project', () => {
  test('are deleted by the member who has added them', async ({ db, signIn }) => {
    const member = await signIn()
    const project_id = await insertProject(db, { member })
    const { validation_id } = await addTheme(member, project_id)
    const { issue_id } = await addTemplate(member, { project_id, validation_id })
    const inUse = await member.delete(`${themes}/${validation_id}`)
    expect(inUse.json()).toMatchObject({ status: 409, code: 'template_theme_in_use' })
    expect((await member.delete(`${templates}/${issue_id}`)).statusCode).toBe(204)
    expect((await member.delete(`${themes}/${validation_id}`)).statusCode).toBe(204)
    expect((await member.get(`${themes}/${validation_id}`)).statusCode).toBe(404)
  })
})

describe('templates for everybody', () => {
  test('are kept by administrators only', async ({ db, signIn }) => {
    const [admin, manager] = [await signIn('SystemAdmin'), await signIn('ChangeManager', 'User')]
    await insertProject(db, { project_manager: manager })
    const theme = await addTheme(admin)
    const { validation_id } = theme
    expect(theme).toMatchObject({ project_id: null, is_builtin: false, version: 1 })
    const { issue_id } = await addTemplate(admin, { validation_id })
    const [own, about] = [`${templates}/${issue_id}`, `${themes}/${validation_id}`]
    for (const answer of [
      await manager.post(templates, { validation_id, issue_name: '課題' }),
      await manager.post(templates, { project_id: null, validation_id, issue_name: '課題' }),
      await manager.patch(own, { issue_order: 2 }),
      await manager.delete(own),
      await manager.post(themes, { validation_name: '施策' }),
      await manager.patch(about, { validation_order: 2 }),
      await manager.delete(about),
    ]) {
      expect(answer.json()).toMatchObject({ status: 403, code: 'permission_required' })
      expect(answer.json().detail).toContain('template.manage')
    }
    expect((await manager.get(own)).json()).toMatchObject({ issue_order: 1, version: 1 })
    expect((await admin.patch(own, { issue_order: 2 })).json()).toMatchObject({ version: 2 })
    expect((await admin.delete(own)).statusCode).toBe(204)
    expect((await admin.delete(about)).statusCode).toBe(204)
    const audit = await db
      .selectFrom('audit_log')
      .select('action')
      .where('subject_id', 'in', [issue_id, validation_id])
      .orderBy('id')
      .execute()
    expect(audit.map(({ action }) => action)).toEqual([
      'template_theme.created',
      'template.created',
      'template.updated',
      'template.deleted',
      'template_theme.deleted',
    ])
  })

  test('of the catalogue stay as they are, for administrators too', async ({ signIn }) => {
    const [admin, user] = [await signIn('SystemAdmin'), await signIn()]
    const [own, about] = [`${templates}/${builtin.issue_id}`, `${themes}/${validation_id}`]
    for (const client of [admin, user]) {
      for (const answer of [
        await client.patch(own, { issue_order: 2 }),
        await client.delete(own),
        await client.patch(about, { validation_order: 2 }),
        await client.delete(about),
      ]) {
        expect(answer.json()).toMatchObject({ status: 409, code: 'template_builtin' })
      }
    }
    const theme = (await user.get(about)).json()
    expect(theme).toMatchObject({ is_builtin: true, validation_order: 1, created_at: null })
  })

  test('and of projects stand under themes of the same', async ({ db, signIn }) => {
    const [admin, member] = [await signIn('SystemAdmin'), await signIn()]
    const project_id = await insertProject(db, { member })
    const { validation_id } = await addTheme(member, await insertProject(db, { member }))
    const own = await addTemplate(member, { project_id })
    const everybodys = await addTemplate(admin)
    for (const answer of [
      await member.post(templates, { project_id, validation_id, issue_name: '課題' }),
      await member.post(templates, { project_id, validation_id: newId(), issue_name: '課題' }),
      await admin.post(templates, { validation_id, issue_name: '課題' }),
      await member.patch(`${templates}/${own.issue_id}`, { validation_id }),
      await admin.patch(`${templates}/${everybodys.issue_id}`, { validation_id }),
    ]) {
      expect(answer.json()).toMatchObject({ status: 422, errors: [{ field: 'validation_id' }] })
    }
  })

  test('are no more than there may be', async ({ db, signIn }) => {
    const member = await signIn()
    const project_id = await insertProject(db, { member })
    const [created_at, updated_at] = [now(), now()]
    const many = Array.from({ length: maxThemes - 1 }, (_, n) => ({
      ...{ id: newId(), project_id, name: `施策 ${n}`, validation_order: n + 20 },
      ...{ version: 1, created_by: null, created_at, updated_at },
    }))
    const columns = Object.keys(many[0] ?? {}) as (keyof (typeof many)[number])[]
    await db.transaction().execute((trx) => insertMany(trx, 'analysis_validations', columns, many))
    await addTheme(member, project_id)
    const refused = await member.post(themes, { project_id, validation_name: '一つ多い' })
    expect(refused.json()).toMatchObject({ status: 409, code: 'too_many_templates' })
  })
})
