import { fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import type { S3Place } from '../../src/s3.ts'
import type { S3Order } from '../bench/s3-process.ts'
import type { S3Server } from './s3-server.ts'

const program = join(import.meta.dirname, '../bench/s3-process.ts')

/** An object store in a process of its own, that several instances share, and its faults. */
export async function startStore({ apart = false }: { apart?: boolean | undefined } = {}) {
  const child = fork(program, { execArgv: ['--import', 'tsx'], detached: apart })
  const ended = once(child, 'exit')
  const [{ place, url }] = (await once(child, 'message')) as [{ place: S3Place; url: string }]
  const told = async (...order: S3Order) => {
    const done = once(child, 'message')
    child.send(order)
    await done
  }
  return {
    url,
    place,
    fail: (...plan: Parameters<S3Server['fail']>) => told('fail', ...plan),
    recover: () => told('recover'),
    async close() {
      if (child.connected) child.disconnect()
      await ended
    },
  }
}
