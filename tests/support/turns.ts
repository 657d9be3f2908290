/** How often others had a turn while something was under way, and what came of it. */
export async function turnsDuring<Value>(work: Promise<Value>) {
  let turns = 0
  const timer = setInterval(() => {
    turns += 1
  }, 1)
  const [outcome] = await Promise.allSettled([work])
  clearInterval(timer)
  return { outcome, turns }
}
