import { t } from '@/i18n'
import { say } from './toasts'

/** Puts a text on the clipboard and says whether it is there: browsers refuse it on plain http, or if the reader does. */
export async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text)
    return true
  } catch {
    say(t('ui.copyFailed'), { tone: 'danger' })
    return false
  }
}
