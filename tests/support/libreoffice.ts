import { existsSync } from 'node:fs'

/** Where Debian keeps it, unless told otherwise. */
const path = process.env.LIBREOFFICE_PATH ?? '/usr/bin/soffice'

/** The spreadsheet program of this machine; undefined where there is none. */
export const libreOfficePath = existsSync(path) ? path : undefined
