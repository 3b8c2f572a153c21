import { t } from '@/i18n'
import { say } from './toasts'

/** Copies a text to the clipboard. Returns false and shows a toast if the browser refuses, as on plain http. */
export async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text)
    return true
  } catch {
    say(t('ui.copyFailed'), { tone: 'danger' })
    return false
  }
}
