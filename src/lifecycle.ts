export type Phase = 'starting' | 'migrating' | 'ready' | 'draining'

export type Lifecycle = ReturnType<typeof createLifecycle>

/** Where the service stands between its start and its end. */
export function createLifecycle(phase: Phase = 'starting') {
  let current = phase
  return {
    phase: () => current,
    enter(next: Phase): void {
      current = next
    },
  }
}
