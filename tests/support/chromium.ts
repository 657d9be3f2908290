import { existsSync } from 'node:fs'

/** Where Debian keeps it, unless told otherwise. */
const path = process.env.CHROMIUM_PATH ?? '/usr/bin/chromium'

/** The browser of this machine; undefined where there is none. */
export const chromiumPath = existsSync(path) ? path : undefined
