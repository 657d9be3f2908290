import type { NewTemplate, TemplateDetail, Theme } from '../../schemas/analysis/templates.ts'
import { listBuiltinIssues } from '../../src/analysis/templates/catalogue.ts'
import { newId } from '../../src/values.ts'
import { analysis } from './analysis.ts'
import { type Client, expect } from './service.ts'

export const templates = `${analysis}/template`
export const themes = `${templates}/validation`

/** A theme that the service brings along, and the first of its questions. */
export const [builtin] = listBuiltinIssues().map(({ theme, issue }) => ({
  validation_id: theme.id,
  issue_id: issue.id,
})) as [{ validation_id: string; issue_id: string }]

/** A template that somebody adds, of a theme that the service brings along unless it is said. */
export async function addTemplate(
  client: Client,
  body: Partial<NewTemplate> = {},
): Promise<TemplateDetail> {
  const { validation_id } = builtin
  const template = { validation_id, issue_name: `課題 ${newId()}`, ...body }
  const response = await client.post(templates, template)
  expect(response.statusCode, response.body).toBe(201)
  return response.json()
}

export async function addTheme(client: Client, project_id: string | null = null): Promise<Theme> {
  const body = { validation_name: `施策 ${newId()}`, project_id }
  const response = await client.post(themes, body)
  expect(response.statusCode, response.body).toBe(201)
  return response.json()
}
