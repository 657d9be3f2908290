import { mkdtemp, readdir, readFile, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { folderMail, smtpMail } from '../../src/mail.ts'
import { messageIdOf, startSmtp } from '../support/smtp.ts'

const mail = { to: 'hanako@example.jp', subject: 'パスワードの設定', text: '山田 花子 様\n要' }
const from = 'Kaname <no-reply@kaname.example>'

describe('mail by SMTP', () => {
  test('arrives with its Japanese whole', async () => {
    const smtp = await startSmtp()
    await smtpMail(smtp.url, from)(mail)
    expect(smtp.mails).toMatchObject([{ from: 'no-reply@kaname.example', to: [mail.to] }])
    const { source } = smtp.mails[0] as { source: string }
    expect(source).toMatch(/^Subject: =\?UTF-8\?/m)
    const encoded = source.split('\r\n\r\n').at(-1) as string
    const isBase64 = /Content-Transfer-Encoding: base64/i.test(source)
    const body = isBase64
      ? Buffer.from(encoded, 'base64').toString()
      : Buffer.from(
          encoded
            .replace(/=\r\n/g, '')
            .replace(/=([\dA-F]{2})/g, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16))),
          'latin1',
        ).toString()
    expect(body).toContain('山田 花子 様')
    smtp.close()
  })

  test('is by its id the same mail when it is sent again, and never another', async () => {
    const smtp = await startSmtp()
    const send = smtpMail(smtp.url, from)
    for (const id of ['one', 'one', undefined, undefined]) await send(mail, id)
    const [first, again, ...others] = smtp.mails.map(({ source }) => messageIdOf(source))
    expect([first, again]).toEqual(['<one@kaname.example>', '<one@kaname.example>'])
    expect(new Set([first, ...others]).size).toBe(3)
    await smtpMail(smtp.url, 'a@例え.jp')(mail, 'two')
    expect(messageIdOf(smtp.mails.at(-1)?.source ?? '')).toMatch(/^<two@/)
    smtp.close()
  })

  test('puts nothing into headers that an address or a subject smuggles in', async () => {
    const smtp = await startSmtp()
    await smtpMail(smtp.url, from)({ ...mail, subject: 'a\r\nBcc: evil@example.org' })
    expect(smtp.mails[0]?.to).toEqual([mail.to])
    expect(smtp.mails[0]?.source).not.toMatch(/^Bcc:/m)
    await smtpMail(
      smtp.url,
      from,
    )({ ...mail, to: 'a@example.jp>\r\nRCPT TO:<evil@example.org' }).catch(() => {})
    for (const { to } of smtp.mails) expect(to).not.toContain('evil@example.org')
    smtp.close()
  })

  test('fails when the server refuses or is not there, so that a job tries again', async () => {
    const refusing = await startSmtp({
      onRcptTo: (_address, _session, done) => done(new Error('no such user')),
    })
    await expect(smtpMail(refusing.url, from)(mail)).rejects.toThrow(/no such user/)
    refusing.close()
    await expect(smtpMail('smtp://127.0.0.1:1', from)(mail)).rejects.toThrow(/ECONNREFUSED/)
  })
})

test('mail into a folder is a file for its owner’s eyes, also when it is sent again', async () => {
  const folder = join(await mkdtemp(join(tmpdir(), 'outbox-')), 'outbox')
  for (let n = 0; n < 2; n += 1) await folderMail(folder, from)(mail, 'one')
  expect(await readdir(folder)).toEqual(['one.txt'])
  const file = join(folder, 'one.txt')
  expect(await readFile(file, 'utf8')).toBe(
    `From: ${from}\nTo: ${mail.to}\nSubject: ${mail.subject}\n\n${mail.text}`,
  )
  expect((await stat(file)).mode & 0o777).toBe(0o600)
})
