import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const root = join(import.meta.dirname, '../..')

/** A part of a page below one heading, with its blocks of one language. */
export type Section = { title: string; blocks: string[] }

/** The blocks of `language` in a page, by the headings of the second level that they stand below. */
export function sectionsOf(page: string, language: 'js' | 'sh'): Section[] {
  const text = readFileSync(join(root, page), 'utf8')
  return text.split(/^## /m).flatMap((part, at) => {
    const title = at === 0 ? page : (part.split('\n', 1)[0] ?? page)
    const found = part.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\``, 'gms'))
    const blocks = [...found].map(([, block]) => block ?? '')
    return blocks.length === 0 ? [] : [{ title, blocks }]
  })
}

/** What the blocks say they print: each comment that begins with an arrow, in order. */
export function printedBy({ blocks }: Section): string[] {
  return [...blocks.join('').matchAll(/(?:\/\/|#) → (.*)$/gm)].map(([, text]) => text ?? '')
}

/** Whether a line is what a page says it is, where `…` stands for anything. */
export function isSaid(line: string | undefined, said: string): boolean {
  const pattern = said.split('…').map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&'))
  return new RegExp(`^${pattern.join('[^]*')}$`).test(line ?? '')
}

export type Outcome = { lines: string[]; error?: string }

/**
 * Runs the modules of a page one after the other in one process: the blocks of each section are
 * one, and a block whose first line names a file is that file. Beside `node_modules`, so that they
 * import what a reader would install.
 */
export async function runModules(sections: Section[], origin: string): Promise<Outcome[]> {
  mkdirSync(join(root, 'dist'), { recursive: true })
  const folder = mkdtempSync(join(root, 'dist/guide-'))
  const here = (text: string) =>
    text.replaceAll('http://127.0.0.1:8000', origin).replace("'tus-js-client'", "'./tus.js'")
  for (const [at, { blocks }] of sections.entries()) {
    const rest = blocks.filter((block) => {
      const name = /^\/\/ (\S+\.js)\n/.exec(block)?.[1]
      if (name) writeFileSync(join(folder, name), here(block))
      return !name
    })
    writeFileSync(join(folder, `section-${at}.js`), here(rest.join('\n')))
  }
  writeFileSync(join(folder, 'tus.js'), tus)
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}')
  writeFileSync(join(folder, 'main.js'), mainOf(sections.length))
  try {
    const { out, err } = await runProcess(process.execPath, [join(folder, 'main.js')], folder)
    const outcomes = out.split('\n').filter((line) => line.startsWith('{"lines":'))
    if (outcomes.length !== sections.length) throw new Error(`${out}\n${err}`)
    return outcomes.map((line) => JSON.parse(line))
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** What `tus-js-client` is to a browser: for Node it takes no File. */
const tus = `import { Upload as OfNode } from 'tus-js-client'
export function Upload(file, options) {
  const start = async () => new OfNode(Buffer.from(await file.arrayBuffer()), options).start()
  return { start }
}
`

/** Node 20 has no WebSocket of its own, as browsers do. */
function mainOf(count: number): string {
  return `import { format } from 'node:util'
import axios from 'axios'
import WebSocket from 'ws'
globalThis.WebSocket ??= WebSocket
// Node's other adapter knows no blobs.
axios.defaults.adapter = (config) =>
  axios.getAdapter(config.responseType === 'blob' ? 'fetch' : 'http')(config)
const print = console.log
for (let at = 0; at < ${count}; at += 1) {
  const lines = []
  console.log = (...values) => lines.push(format(...values))
  let error
  const tooLong = new Promise((_, reject) => setTimeout(reject, 60_000, new Error('It hangs.')))
  try { await Promise.race([import(\`./section-\${at}.js\`), tooLong]) } catch (thrown) {
    error = [thrown.stack, JSON.stringify(thrown.body), thrown.config?.url].join(' ')
  }
  print(JSON.stringify({ lines, error }))
}
process.exit(0)
`
}

async function runProcess(command: string, args: string[], cwd: string) {
  const child = spawn(command, args, { cwd, stdio: ['ignore', 'pipe', 'pipe'] })
  const said = { out: '', err: '' }
  child.stdout.on('data', (chunk) => {
    said.out += chunk
  })
  child.stderr.on('data', (chunk) => {
    said.err += chunk
  })
  const [code] = await once(child, 'close')
  return { code, ...said }
}

/**
 * Runs the shell blocks of a page as one script in a folder of its own, where a call that is
 * refused ends it. What a line says that it prints has to be in what it prints.
 */
export async function runShell({ blocks }: Section, origin: string) {
  const folder = mkdtempSync(join(tmpdir(), 'kaname-guide-'))
  const lines = joined(blocks).map((line) => {
    const [, command, said] = /^(.*?) *# → (.*)$/.exec(line) ?? []
    if (command === undefined || said === undefined) return line
    return `prints ${quoted(said)} "$(${command}\n)"`
  })
  const script = [shellStart, ...lines].join('\n').replaceAll('http://127.0.0.1:8000', origin)
  try {
    return await runProcess('bash', ['-c', script], folder)
  } finally {
    rmSync(folder, { recursive: true })
  }
}

const shellStart = `set -euo pipefail
curl() { command curl -sS --fail-with-body --max-time 60 "$@" || { echo "refused: $*" >&2; return 1; }; }
prints() { [[ $2 == *"$1"* ]] || { echo "not $1 but $2" >&2; return 1; }; }`

const quoted = (text: string) => `'${text.replaceAll("'", "'\\''")}'`

/** The lines of blocks, with those that end in a backslash put together with the next. */
function joined(blocks: string[]): string[] {
  return blocks
    .join('\n')
    .replaceAll(/\\\n */g, ' ')
    .split('\n')
}
