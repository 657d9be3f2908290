/** How systems and SQLite say that a folder, or a file in it, may not be used. */
const codes = [
  'EACCES',
  'EEXIST',
  'ENOTDIR',
  'EPERM',
  'EROFS',
  'SQLITE_CANTOPEN',
  'SQLITE_READONLY',
]

/** Does something in a folder that a setting names, and says so in both languages where it may not. */
export function inFolder<Result>(setting: string, folder: string, work: () => Result): Result {
  try {
    return work()
  } catch (error) {
    const code = String(Object(error).code)
    if (!codes.some((each) => code === each || code.startsWith(`${each}_`))) throw error
    throw new Error(
      `${setting}: ${folder} cannot be used (${code}). Name a folder that the user of this process may read and write.\n` +
        `${setting}: ${folder} を使えません (${code})。このプロセスの利用者が読み書きできるフォルダーを指定してください。`,
      { cause: error },
    )
  }
}
