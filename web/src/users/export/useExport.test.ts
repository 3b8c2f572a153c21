import { afterEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import { problem, signedIn, startApiServer, user } from '@tests/apiServer'
import { eventually, openTab } from '@tests/openTab'
import { runInApp } from '@tests/runInApp'

const EXPORT = 'GET /api/users/export'
const CSV = 'id,email\r\n1,a@example.com\r\n2,b@example.com\r\n'

/** Records the downloads that the page starts. */
function watchDownloads() {
  const saved: { name: string; blob: Blob }[] = []
  const blobs = new Map<string, Blob>()
  vi.spyOn(URL, 'createObjectURL').mockImplementation((blob) => {
    const url = `blob:${blobs.size}`
    blobs.set(url, blob as Blob)
    return url
  })
  vi.spyOn(HTMLAnchorElement.prototype, 'click').mockImplementation(function (
    this: HTMLAnchorElement,
  ) {
    saved.push({ name: this.download, blob: blobs.get(this.getAttribute('href') ?? '') as Blob })
  })
  return saved
}

async function openExport() {
  const { server, origin } = await startApiServer()
  server.on('POST /api/login', signedIn('fresh'))
  server.on(EXPORT, { status: 200, text: CSV, headers: { 'content-type': 'text/csv' } })
  const { session } = await openTab(origin)
  await session.signIn({ email: user.email, password: 'correct horse battery' })
  const { useExport } = await import('./useExport')
  return { server, exporting: runInApp(useExport), saved: watchDownloads() }
}

afterEach(() => vi.restoreAllMocks())

it.each([
  ['en-US', 'comma'],
  ['en-GB', 'comma'],
  ['ja-JP', 'comma'],
  ['de-DE', 'semicolon'],
  ['de-CH', 'semicolon'],
  ['fr-FR', 'semicolon'],
  ['pt-BR', 'semicolon'],
])('the list separator for %s is the %s', async (language, separator) => {
  const { listSeparator } = await import('./useExport')
  expect(listSeparator(language)).toBe(separator)
})

describe('an export', () => {
  it('requests the filtered users with the access token and saves the response', async () => {
    const { server, exporting, saved } = await openExport()

    expect(await exporting.start({ q: 'ada', active: true })).toBe(true)

    const asked = server.asked.find(({ call }) => call === EXPORT)
    expect([asked?.query, asked?.headers.authorization]).toEqual([
      'q=ada&active=true&bom=true&separator=comma',
      'Bearer fresh',
    ])
    expect(await saved[0]?.blob.text()).toBe(CSV)
    expect(saved[0]?.name).toMatch(/^users-\d{4}-\d\d-\d\d\.csv$/)
  })

  it('that ends early saves nothing and reports a problem', async () => {
    const { server, exporting, saved } = await openExport()
    server.on(EXPORT, {
      status: 200,
      text: CSV,
      cutShort: true,
      headers: { 'content-type': 'text/csv' },
    })

    expect(await exporting.start({})).toBe(false)
    expect([saved, exporting.problem.value?.code, exporting.isRunning.value]).toEqual([
      [],
      'no_answer',
      false,
    ])
  })

  it('that is refused reports the problem', async () => {
    const { server, exporting, saved } = await openExport()
    server.on(EXPORT, problem(403, 'forbidden'))

    expect(await exporting.start({})).toBe(false)
    expect([saved, exporting.problem.value?.code]).toEqual([[], 'forbidden'])
  })

  it('starts once: a second click while the file dialog is open does nothing', async () => {
    const { server, exporting, saved } = await openExport()
    let choose = (): void => undefined
    // Like Chrome, which refuses a second dialog while one is open.
    let isOpen = false
    Object.assign(window, {
      showSaveFilePicker: () => {
        if (isOpen)
          return Promise.reject(new DOMException('File picker already active.', 'NotAllowedError'))
        isOpen = true
        return new Promise(
          (_, reject) => (choose = () => reject(new DOMException('', 'AbortError'))),
        )
      },
    })
    onTestFinished(() => void Reflect.deleteProperty(window, 'showSaveFilePicker'))

    const first = exporting.start({})
    expect(await exporting.start({})).toBe(false)
    choose()
    expect(await first).toBe(false)

    expect([server.count(EXPORT), saved, exporting.problem.value]).toEqual([0, [], null])
    // A cancelled export can be started again.
    Reflect.deleteProperty(window, 'showSaveFilePicker')
    expect(await exporting.start({})).toBe(true)
  })

  it('that cannot be written to disk stops reading the response', async () => {
    const { server, exporting } = await openExport()
    server.on(EXPORT, {
      status: 200,
      text: CSV,
      goesOn: true,
      headers: { 'content-type': 'text/csv' },
    })
    const file = {
      write: () => Promise.reject(new DOMException('', 'QuotaExceededError')),
      abort: () => Promise.resolve(),
    }
    Object.assign(window, {
      showSaveFilePicker: () => Promise.resolve({ createWritable: () => Promise.resolve(file) }),
    })
    onTestFinished(() => void Reflect.deleteProperty(window, 'showSaveFilePicker'))

    expect(await exporting.start({})).toBe(false)

    expect([server.count(EXPORT), exporting.problem.value?.code]).toEqual([1, 'no_answer'])
    await eventually(() => expect(server.goingOn).toBe(0))
  })

  it('is named after the date in the reader’s time zone', async () => {
    const { exporting, saved } = await openExport()
    vi.stubEnv('TZ', 'Pacific/Kiritimati')
    onTestFinished(() => void vi.unstubAllEnvs())
    vi.useFakeTimers({ toFake: ['Date'], now: new Date('2026-11-23T12:00:00Z') })
    onTestFinished(() => void vi.useRealTimers())

    await exporting.start({})
    expect(saved[0]?.name).toBe('users-2026-11-24.csv')
  })
})
