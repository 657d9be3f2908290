import { existsSync } from 'node:fs'
import { mkdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

/**
 * The path of a file that takes long to make: whichever worker of this run asks for it first makes it,
 * and the others wait until it is there.
 */
export async function madeOnce(
  name: string,
  make: (path: string) => Promise<void>,
): Promise<string> {
  const path = join(String(process.env.TEST_RUN_DIR), name)
  while (!existsSync(path)) {
    const isFirst = await mkdir(`${path}.lock`).then(
      () => true,
      () => false,
    )
    if (isFirst) await makeAt(path, make)
    else await sleep(50)
  }
  return path
}

/** Who fails leaves the work to the next who asks. */
async function makeAt(path: string, make: (path: string) => Promise<void>): Promise<void> {
  try {
    await make(`${path}.part`)
    await rename(`${path}.part`, path)
  } finally {
    if (!existsSync(path)) await rm(`${path}.lock`, { recursive: true })
  }
}
