import { t } from '@/i18n'

/** The device of a session, as far as its `User-Agent` tells. */
export interface Device {
  readonly kind: 'computer' | 'phone' | 'program' | 'unknown'
  /** Text for the reader, for example "Firefox on Windows". */
  readonly text: string
}

// The order matters: browsers also name the browsers that they are compatible with.
const BROWSERS: readonly [RegExp, string][] = [
  [/\bEdg(A|iOS)?\//, 'Edge'],
  [/\bOPR\//, 'Opera'],
  [/\bSamsungBrowser\//, 'Samsung Internet'],
  [/\b(Firefox|FxiOS)\//, 'Firefox'],
  [/\b(HeadlessChrome|Chrome|CriOS|Chromium)\//, 'Chrome'],
  [/\bVersion\/.*Safari\//, 'Safari'],
]
const SYSTEMS: readonly [RegExp, string, Device['kind']][] = [
  [/\biPhone\b/, 'iPhone', 'phone'],
  [/\biPad\b/, 'iPad', 'phone'],
  [/\bAndroid\b/, 'Android', 'phone'],
  [/\bWindows\b/, 'Windows', 'computer'],
  [/\bMacintosh\b/, 'macOS', 'computer'],
  [/\bCrOS\b/, 'ChromeOS', 'computer'],
  [/\bLinux\b/, 'Linux', 'computer'],
]

/** Reads a `User-Agent`. One without a known browser is named by its first word, as programs name themselves. */
export function describeDevice(userAgent: string | null | undefined): Device {
  const said = userAgent?.trim()
  if (!said) return { kind: 'unknown', text: t('device.unknown') }
  const browser = BROWSERS.find(([pattern]) => pattern.test(said))?.[1]
  const system = SYSTEMS.find(([pattern]) => pattern.test(said))
  if (browser && system)
    return { kind: system[2], text: t('device.browserOn', { browser, system: system[1] }) }
  if (browser) return { kind: 'computer', text: browser }
  const program = said.split(/[/\s]/)[0] ?? said
  if (program === 'Mozilla')
    return { kind: system?.[2] ?? 'unknown', text: system?.[1] ?? t('device.unknown') }
  return { kind: 'program', text: t('device.program', { program: program.slice(0, 40) }) }
}
