/**
 * For `node --import`: the wall clock of this process is so many milliseconds ahead as the file named
 * by CLOCK_FILE says, and jumps when that changes. Clocks that only measure go on as they were.
 */
import { readFileSync } from 'node:fs'

const right = globalThis.Date
let ahead = 0
const look = () => {
  try {
    ahead = Number(readFileSync(process.env.CLOCK_FILE, 'utf8')) || 0
  } catch {}
}
look()
setInterval(look, 50).unref()

const now = () => right.now() + ahead
globalThis.Date = new Proxy(right, {
  construct: (target, values, made) =>
    Reflect.construct(target, values.length === 0 ? [now()] : values, made),
  apply: () => new right(now()).toString(),
  get: (target, name) => (name === 'now' ? now : Reflect.get(target, name)),
})
