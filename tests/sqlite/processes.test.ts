import { describe, expect, test } from 'vitest'
import { lockDb } from '../../db/lock.ts'
import { freePort, newPlace, run, startServer } from '../support/process.ts'

describe('beside a process that serves an SQLite database', () => {
  test('no other serves it', async () => {
    const { env, drop } = await newPlace({ withStatistics: true })
    const settings = { ...env, LOG_LEVEL: 'silent' }
    const server = await startServer(settings)
    const second = run('server', [], { ...env, PORT: String(await freePort()) })
    expect(await second.ended).toBe(1)
    expect(second.said.err).toContain('Another process')
    server.child.kill('SIGKILL')
    await server.ended
    const third = await startServer(settings)
    third.child.kill('SIGTERM')
    expect(await third.ended).toBe(0)
    await drop()
  })

  test('the command line does not write', async () => {
    const { env, drop } = await newPlace({ withStatistics: true })
    const unlock = await lockDb(env.DATABASE_URL)
    const refused = run('cli', ['seed'], env)
    expect(await refused.ended).toBe(1)
    expect(refused.said.err).toContain('Another process')
    unlock()
    expect(await run('cli', ['seed'], env).ended).toBe(0)
    await drop()
  })
})

describe('a service', () => {
  test('says so when its port is taken', async () => {
    const { env, drop } = await newPlace({ withStatistics: true })
    const server = await startServer({ ...env, LOG_LEVEL: 'silent' })
    const elsewhere = await newPlace({ withStatistics: true })
    const other = run('server', [], { ...elsewhere.env, PORT: String(server.port) })
    expect(await other.ended).toBe(1)
    expect(other.said.out).toContain('EADDRINUSE')
    server.child.kill('SIGTERM')
    await server.ended
    await drop()
    await elsewhere.drop()
  })
})
