import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, existsSync, openSync, readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'

type Signal = 'SIGTERM' | 'SIGINT' | 'SIGKILL'

export type Daemon = {
  /** Waits until it answers. */
  start(): Promise<void>
  stop(how?: Signal): Promise<void>
  isRunning(): boolean
}

export type Process = Daemon & {
  /** All that it has said since it was first started. */
  said: { readonly out: string; readonly err: string }
  readonly pid: number | undefined
  /** How the process that was started last has ended: its exit code, or the signal. */
  readonly ended: Promise<number | string>
}

export type Plan = {
  name: string
  /** Read anew at each start. */
  command: () => { path: string; args: string[]; env?: Record<string, string> }
  /** Its standard output and standard error go to `<log>.log` and `<log>.err`. */
  log: string
  answers: () => Promise<boolean>
  /** How it is asked to stop. */
  signal?: Signal
  /** Starts again when it ends before it answers, as PostgreSQL does while parts of an earlier one live. */
  insists?: boolean
  as?: { uid: number; gid: number } | undefined
  /** In a process group of its own, that Ctrl-C in a terminal does not reach. */
  apart?: boolean | undefined
}

const patienceMs = 180_000

/** A program that can be started, stopped and killed again and again. */
export function daemonOf(plan: Plan): Process {
  const { name, log, answers, signal = 'SIGTERM', insists = false } = plan
  const said = (end: string) => (existsSync(log + end) ? readFileSync(log + end, 'utf8') : '')
  let child: ChildProcess | undefined
  let ended: Promise<number | string> = Promise.resolve('not started')
  const isRunning = () => child !== undefined && child.exitCode === null && !child.signalCode

  function launch(): void {
    child = spawnTo(plan)
    ended = once(child, 'exit').then(([code, how]) => code ?? how)
  }

  return {
    isRunning,
    said: {
      get out() {
        return said('.log')
      },
      get err() {
        return said('.err')
      },
    },
    get pid() {
      return child?.pid
    },
    get ended() {
      return ended
    },
    async start() {
      if (isRunning()) throw new Error(`${name} runs already.`)
      launch()
      const deadline = Date.now() + patienceMs
      while (!(await answers())) {
        if (insists && !isRunning() && Date.now() < deadline) {
          await sleep(200)
          launch()
        } else if (Date.now() > deadline || !isRunning()) {
          child?.kill('SIGKILL')
          const last = (said('.log') + said('.err')).slice(-4000)
          throw new Error(`${name} did not start (${await ended}).\n${last}`)
        }
        await sleep(100)
      }
    },
    async stop(how = signal) {
      if (isRunning()) child?.kill(how)
      await ended
    },
  }
}

function spawnTo({ command, log, as, apart = false }: Plan): ChildProcess {
  const { path, args, env = {} } = command()
  const [out, err] = ['.log', '.err'].map((end) => openSync(log + end, 'a', 0o600)) as [
    number,
    number,
  ]
  try {
    return spawn(path, args, {
      env: { PATH: process.env.PATH ?? '', ...env },
      stdio: ['ignore', out, err],
      detached: apart,
      ...as,
    })
  } finally {
    closeSync(out)
    closeSync(err)
  }
}
