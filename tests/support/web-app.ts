import { mkdir, mkdtemp, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { brotliCompressSync, gzipSync } from 'node:zlib'

export const script = `const show = async () => {
  const { screenOf } = await import('./Screen-D8f_aB12.js')
  const about = await fetch('/', { headers: { accept: 'application/json' } }).then((answer) => answer.json())
  document.querySelector('#app').textContent = \`\${screenOf(location.pathname)} / \${about.message}\`
}
addEventListener('popstate', show)
document.addEventListener('click', (event) => {
  const link = event.target.closest('a')
  if (!link) return
  event.preventDefault()
  history.pushState({}, '', link.href)
  show()
})
show()
`

export const page = `<!doctype html>
<html lang="ja">
<meta charset="utf-8">
<title>画面</title>
<link rel="icon" href="/icon.svg">
<script type="module" crossorigin src="/assets/index-BmQ2x9Za.js"></script>
<link rel="stylesheet" crossorigin href="/assets/index-C3kP0q_a.css">
<div id="app"></div>
<a id="more" href="/items/2">next</a>
</html>
`

const secret = 'nobody outside may read this'

/** A folder as Vite builds one, with things in and beside it that nobody should get. */
export async function buildWebApp(): Promise<string> {
  const place = await mkdtemp(join(tmpdir(), 'kaname-web-'))
  const folder = join(place, 'dist')
  const files: Record<string, string | Buffer> = {
    'index.html': page,
    'icon.svg': '<svg xmlns="http://www.w3.org/2000/svg"/>',
    'assets/index-BmQ2x9Za.js': script,
    'assets/index-BmQ2x9Za.js.br': brotliCompressSync(script),
    'assets/index-BmQ2x9Za.js.gz': gzipSync(script),
    'assets/Screen-D8f_aB12.js': 'export const screenOf = (path) => "screen " + path\n',
    'assets/index-C3kP0q_a.css': '#app { color: rgb(0, 90, 60) }\n',
    'assets/my-settings.js': 'export {}\n',
    'js/main.3f2a1b9c.js': 'export {}\n',
    'report-20240101.csv': 'year\n2024\n',
    '資料 1.txt': '統計',
    '.env': secret,
    '.git/config': secret,
    '../beside.txt': secret,
  }
  for (const [name, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true })
    await writeFile(join(folder, name), content)
  }
  await symlink('../beside.txt', join(folder, 'out.txt'))
  await symlink('..', join(folder, 'up'))
  await symlink('icon.svg', join(folder, 'within.svg'))
  return folder
}
