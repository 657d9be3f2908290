import { describe, expect, test } from 'vitest'
import { newPlace, startServer } from '../../support/process.ts'
import { formOf, samples } from '../../support/uploads.ts'

const hour = 3_600_000

/** Rejects a promise that nobody waits for when it gets a signal. */
const careless = "process.on('SIGUSR2',()=>void(Promise.reject(new(Error)('nobody-waits'))))"

const options = ['--disable-proto=throw', `--import=data:text/javascript,${careless}`]

describe('a process in Japan, in which __proto__ is an error', () => {
  test('works, tells the time in UTC, and ends of what nobody waits for', {
    timeout: 180_000,
  }, async () => {
    const { env, drop } = await newPlace({ withStatistics: true })
    const { url, child, said, ended } = await startServer({
      ...env,
      NODE_OPTIONS: options.join(' '),
      TZ: 'Asia/Tokyo',
    })
    const ask = async (path: string, init: RequestInit = {}) => {
      const answer = await fetch(`${url}${path}`, {
        ...init,
        headers: { authorization: 'Bearer mock-access-token-dev-12345', ...init.headers },
      })
      const text = await answer.text()
      expect(answer.status, `${path}: ${text}`).toBeLessThan(300)
      return text
    }
    const json = (body: object): RequestInit => ({
      method: 'POST',
      body: JSON.stringify(body),
      headers: { 'content-type': 'application/json' },
    })
    const form = (filename: string, body: string | Buffer) => {
      const { payload, headers } = formOf([{ name: 'file', filename, body }])
      return { method: 'POST', body: new Uint8Array(payload), headers }
    }

    const item = JSON.parse(await ask('/api/v1/items', json({ title: 'メモ', status: 'draft' })))
    expect(item.created_at).toMatch(/Z$/)
    expect(Math.abs(Date.parse(item.created_at) - Date.now())).toBeLessThan(hour)
    const wish = { title: 'メールが送れない', impact: 'low', urgency: 'low' }
    const incident = JSON.parse(await ask('/api/v1/incidents', json(wish)))
    expect(Math.abs(Date.parse(incident.opened_at) - Date.now())).toBeLessThan(hour)
    const { thumbnail_url } = JSON.parse(
      await ask('/api/v1/upload/files', form('a.png', samples.png)),
    )
    await ask(thumbnail_url)
    await ask('/api/v1/driver-tree/file', form('a.csv', '年度,__proto__,売上\n2024,a,1\n'))
    for (const path of [
      '/api/v1/population?area=13000',
      '/api/v1/admin/audit/export?format=csv',
      '/api/v1/incidents/export?format=xlsx',
      '/openapi.json',
      '/docs',
    ]) {
      await ask(path)
    }
    expect(said.err).toBe('')

    child.kill('SIGUSR2')
    expect(await ended).toBe(1)
    // What is written at the very end may overtake a line that is still under way.
    expect(
      said.out
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line)),
    ).toContainEqual(
      expect.objectContaining({
        level: 60,
        msg: 'unhandledRejection',
        err: expect.objectContaining({ message: 'nobody-waits' }),
      }),
    )
    await drop()
  })
})
