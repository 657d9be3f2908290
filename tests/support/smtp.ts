import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { SMTPServer, type SMTPServerOptions } from 'smtp-server'

type Received = { from: string; to: string[]; source: string }

/** A mail server of its own on this machine, that keeps what it is given. */
export async function startSmtp(options: SMTPServerOptions = {}) {
  const mails: Received[] = []
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    logger: false,
    async onData(stream, session, done) {
      // Whoever is killed while it sends has sent nothing.
      const source = await text(stream).catch(() => undefined)
      if (source === undefined) return
      const { mailFrom, rcptTo } = session.envelope
      const to = rcptTo.map(({ address }) => address)
      mails.push({ from: mailFrom ? mailFrom.address : '', to, source })
      done()
    },
    ...options,
  })
  server.on('error', () => {})
  server.listen(0, '127.0.0.1')
  await once(server.server, 'listening')
  const { port } = server.server.address() as AddressInfo
  return { url: `smtp://127.0.0.1:${port}`, mails, close: () => server.close(() => {}) }
}

export const messageIdOf = (source: string) => /^Message-ID: (<\S+@\S+>)\r$/im.exec(source)?.[1]

/** One that takes a mail and never says that it has, until it is told to hurry. */
export async function startSlowSmtp() {
  const delivered: string[] = []
  /** Of all that came in, taken or not. */
  const messageIds: (string | undefined)[] = []
  let isSlow = true
  let reach: () => void = () => {}
  const reached = new Promise<void>((resolve) => {
    reach = resolve
  })
  const server = await startSmtp({
    async onData(stream, session, done) {
      messageIds.push(messageIdOf(await text(stream)))
      if (isSlow) return reach()
      delivered.push(...session.envelope.rcptTo.map(({ address }) => address))
      done()
    },
  })
  return {
    ...server,
    delivered,
    messageIds,
    reached,
    hurry: () => {
      isSlow = false
    },
  }
}
