import { open, rm, statfs } from 'node:fs/promises'
import { join } from 'node:path'

type Options = {
  /** It begins with this in it. */
  kept?: { from: string; as: string }
  /** Who the process is, where it must not be root: not even in the name space that mounts. */
  owner?: { uid: number; gid: number }
}

/**
 * A file system of its own for one process, that is gone with it: the command to run the process
 * through, and from outside how to fill it and to make room again.
 */
export function smallDisk(folder: string, megabytes: number, { kept, owner }: Options = {}) {
  const isRoot = process.getuid?.() === 0
  const mount = `mount -t tmpfs -o size=${megabytes}m tmpfs "${folder}"`
  const become = owner ? becoming(owner, isRoot) : ''
  const steps = [
    mount,
    ...(kept ? [`cp "${kept.from}" "${folder}/${kept.as}"`] : []),
    ...(owner && isRoot ? [`chown ${owner.uid}:${owner.gid} "${folder}"`] : []),
    `exec ${become} "$@"`,
  ]
  const prepare = steps.join(' && ')
  const through = ['unshare', isRoot ? '-m' : '-Urm', 'sh', '-c', prepare, 'sh']
  const seenFrom = (pid: number) => join(`/proc/${pid}/root`, folder)
  const ballast = (pid: number) => join(seenFrom(pid), 'ballast')

  return {
    through,
    /** Leaves so many bytes free. */
    async fill(pid: number, leave = 0): Promise<void> {
      const { bavail, bsize } = await statfs(seenFrom(pid))
      const file = await open(ballast(pid), 'a')
      const chunk = Buffer.alloc(64 * 1024)
      try {
        for (let left = bavail * bsize - leave; left > 0; left -= chunk.length) {
          await file.write(chunk, 0, Math.min(chunk.length, left))
        }
      } catch (error) {
        if (Object(error).code !== 'ENOSPC') throw error
      } finally {
        await file.close()
      }
    },
    clear: (pid: number) => rm(ballast(pid)),
    seenFrom,
  }
}

function becoming({ uid, gid }: { uid: number; gid: number }, isRoot: boolean): string {
  return isRoot
    ? `setpriv --reuid ${uid} --regid ${gid} --clear-groups`
    : `unshare -U --map-user ${uid} --map-group ${gid}`
}
