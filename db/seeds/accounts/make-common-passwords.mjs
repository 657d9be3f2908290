/**
 * Makes common-passwords.txt.gz from the frequency list that zxcvbn-ts publishes. Kept are those
 * that the rule for passwords would let pass in some spelling: 8 characters or more, with a letter
 * and a digit, in lower case and in order. Usage: node make-common-passwords.mjs
 */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { gzipSync } from 'node:zlib'

const source = '@zxcvbn-ts/language-common@4.1.3'
const folder = mkdtempSync(join(tmpdir(), 'passwords-'))
execFileSync('npm', ['install', '--silent', '--prefix', folder, source])
const list = join(folder, 'node_modules/@zxcvbn-ts/language-common/dist/passwords.json.mjs')
const { default: passwords } = await import(pathToFileURL(list).href)
rmSync(folder, { recursive: true })

const kept = passwords
  .map((password) => password.toLowerCase())
  .filter((password) => /^.{8,}$/.test(password) && /[a-z]/.test(password) && /\d/.test(password))
const lines = [...new Set(kept)].sort()
const file = new URL('common-passwords.txt.gz', import.meta.url)
writeFileSync(file, gzipSync(`${lines.join('\n')}\n`, { level: 9 }))
console.log(`${lines.length} passwords`)
