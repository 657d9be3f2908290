import { sessionsUrl } from '../support/analysis.ts'
import { furnishAnalysis } from '../support/analysis-ground.ts'
import { insertIssue, openSession } from '../support/analysis-sessions.ts'
import { type Client, describe, expect, test } from '../support/service.ts'

const reads = ['', '/file', '/step', '/snapshot', '/chat', '/result']

async function openedBy(db: Parameters<typeof insertIssue>[0], member: Client, project: string) {
  const { session_id } = await openSession(member, project, await insertIssue(db))
  return `${sessionsUrl}/${session_id}`
}

describe('what somebody leaves behind', () => {
  test.for(['deactivated', 'deleted', 'removed'] as const)(
    'when they are %s stays, for the others',
    async (way, { db, service, signIn }) => {
      const [manager, member, admin] = [await signIn(), await signIn(), await signIn('SystemAdmin')]
      const place = await furnishAnalysis(service.deps, { manager, member })
      const { project_id, session_id } = place
      const url = `${sessionsUrl}/${session_id}`
      const own = await openedBy(db, member, project_id)
      const step = { name: '絞り込み', type: 'filter', input: 'original' }
      expect((await member.post(`${url}/step`, step)).statusCode).toBe(201)
      const message = '売上が100万円以上のデータを抽出してください'
      expect((await member.post(`${url}/chat`, { message })).statusCode).toBe(200)

      const { members } = (await manager.get(`/api/v1/projects/${project_id}/members`)).json()
      const { id } = members.find((each: { user_id: string }) => each.user_id === member.id)
      const users = `/api/v1/users/${member.id}`
      const left = {
        deactivated: () => admin.patch(users, { is_active: false }),
        deleted: () => admin.delete(users),
        removed: () => manager.delete(`/api/v1/projects/${project_id}/members/${id}`),
      }
      const response = await left[way]()
      expect(response.statusCode, response.body).toBeLessThan(300)

      const refused = way === 'removed' ? 404 : 401
      for (const each of [url, own]) {
        expect((await member.get(each)).statusCode).toBe(refused)
        expect((await member.post(`${each}/chat`, { message })).statusCode).toBe(refused)
        expect((await member.delete(each)).statusCode).toBe(refused)
      }
      for (const path of reads) {
        const seen = await manager.get(`${url}${path}`)
        expect(seen.statusCode, `${path}: ${seen.body}`).toBe(200)
      }
      const chat = (await manager.get(`${url}/chat`)).json()
      expect(chat.messages.some((each: { message: string }) => each.message === message)).toBe(true)
      const listed = await manager.get(`${sessionsUrl}?project_id=${project_id}`)
      expect(listed.json().total).toBe(2)
      expect((await manager.post(`${url}/step`, step)).statusCode).toBe(201)
      expect((await manager.post(`${own}/duplicate`, {})).statusCode).toBe(201)
      expect((await manager.delete(own)).statusCode).toBe(204)
    },
  )
})
