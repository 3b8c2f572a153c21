import { CircleUser, Keyboard, Languages, LogOut, Palette } from '@lucide/vue'
import { useRouter } from 'vue-router'
import { t } from '@/i18n'
import { language, LANGUAGE_NAMES } from '@/i18n/language'
import { theme } from '@/preferences/theme'
import { offerCommands } from './commands'

/** Offers the commands that every page has. */
export function offerConsoleCommands(deeds: {
  signOut: () => void
  showShortcuts: () => void
}): void {
  const router = useRouter()

  offerCommands(() => [
    {
      id: 'go-account',
      group: 'go',
      text: t('page.account'),
      icon: CircleUser,
      run: () => void router.push({ name: 'account' }),
    },
    {
      id: 'shortcuts',
      group: 'act',
      text: t('palette.shortcuts'),
      icon: Keyboard,
      key: '?',
      run: deeds.showShortcuts,
    },
    { id: 'sign-out', group: 'act', text: t('app.signOut'), icon: LogOut, run: deeds.signOut },
    ...theme.choices.map((choice) => ({
      id: `theme-${choice}`,
      group: 'look' as const,
      text: t('palette.colours', { choice: t(`ui.colours.${choice}`) }),
      icon: Palette,
      run: () => theme.choose(choice),
    })),
    ...language.choices.map((choice) => ({
      id: `language-${choice}`,
      group: 'look' as const,
      text: t('palette.language', {
        choice: choice === 'system' ? t('ui.language.system') : LANGUAGE_NAMES[choice],
      }),
      icon: Languages,
      run: () => language.choose(choice),
    })),
  ])
}
