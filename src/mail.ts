import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { newId } from './values.ts'

export type Mail = { to: string; subject: string; text: string }

/**
 * Resolves when the mail is in other hands; rejects when it is not, so that a job tries again. By `id`
 * a mail that goes out again is known for the same.
 */
export type SendMail = (mail: Mail, id?: string) => Promise<void>

/** Sends by SMTP. The library is loaded with the first mail. */
export function smtpMail(url: string, from: string): SendMail {
  let transport: Promise<{ sendMail(mail: object): Promise<unknown> }> | undefined
  const domain = /@([^@\s<>]+)>?\s*$/.exec(from)?.[1] ?? 'localhost'
  return async ({ to, subject, text }, id = newId()) => {
    transport ??= import('nodemailer').then(({ createTransport }) =>
      createTransport(url, {
        connectionTimeout: 10_000,
        greetingTimeout: 10_000,
        socketTimeout: 30_000,
      } as never),
    )
    await (await transport).sendMail({
      from,
      to: { name: '', address: to },
      subject,
      text,
      messageId: `<${id}@${domain}>`,
    })
  }
}

/** Where there is no SMTP server: puts mails into a folder for whoever looks after the service. */
export function folderMail(folder: string, from: string): SendMail {
  return async ({ to, subject, text }, id = newId()) => {
    await mkdir(folder, { recursive: true, mode: 0o700 })
    const lines = [`From: ${from}`, `To: ${to}`, `Subject: ${subject}`, '', text]
    await writeFile(join(folder, `${id}.txt`), lines.join('\n'), { mode: 0o600 })
  }
}
