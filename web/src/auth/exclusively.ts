/**
 * Runs `work` while no other tab of this origin runs work under the same name.
 * Without the Web Locks API (pages not served over https or from localhost), `work` runs without a lock: in the reuse
 * interval, the server gives tabs that refresh at the same time the same answer.
 */
export async function exclusively<T>(name: string, work: () => Promise<T>): Promise<T> {
  if (!navigator.locks) return work()
  return navigator.locks.request(name, work)
}
