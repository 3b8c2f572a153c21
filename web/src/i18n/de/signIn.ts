export const signIn = {
  'signIn.title': 'Anmelden',
  'signIn.email': 'E-Mail',
  'signIn.password': 'Passwort',
  'signIn.submit': 'Anmelden',
  'signIn.emailMissing': 'Geben Sie Ihre E-Mail-Adresse ein.',
  'signIn.passwordMissing': 'Geben Sie Ihr Passwort ein.',
  'signIn.ended': 'Ihre Sitzung ist beendet. Melden Sie sich wieder an, um fortzufahren.',
  'signIn.toGoOn': 'Melden Sie sich an, um zur aufgerufenen Seite zu gelangen.',
  'signIn.cookieRefused':
    'Ihr Browser hat das Sitzungs-Cookie nicht behalten, daher sind Sie nicht angemeldet. Erlauben Sie Cookies für diese Website, öffnen Sie sie in einem eigenen Tab, und melden Sie sich noch einmal an.',
  'signIn.cookieRefused.http':
    'Ihr Browser hat das Sitzungs-Cookie nicht behalten, daher sind Sie nicht angemeldet. Safari lehnt sichere Cookies bei http-Adressen ab, auch bei localhost. Verwenden Sie Chrome oder Firefox, oder öffnen Sie Hallpass unter einer https-Adresse.',
  'welcome.checking': 'Der Einmal-Link wird geprüft.',
  'welcome.unchecked': 'Der Link konnte nicht geprüft werden',
  'welcome.unchecked.text': 'Der Einmal-Link ist nicht verbraucht, und diese Seite hat ihn noch.',
  'welcome.setup': 'Hallpass einrichten',
  'welcome.setup.text':
    'Dies ist das Konto des ersten Administrators. Legen Sie ein Passwort fest, um die Installation abzuschließen.',
  'welcome.invitation': 'Passwort festlegen',
  'welcome.invitation.text': 'Für Sie wurde ein Konto angelegt. Legen Sie ein Passwort dafür fest.',
  'welcome.reset': 'Neues Passwort festlegen',
  'welcome.reset.text':
    'Das neue Passwort ersetzt das bisherige und beendet alle anderen Sitzungen Ihres Kontos.',
  'welcome.once':
    'Mit dem Passwort werden Sie auch angemeldet. Der Einmal-Link gilt einmal, bis {time}.',
  'welcome.password': 'Neues Passwort',
  'welcome.hint': 'Mindestens {least} Zeichen. Ein paar Wörter sind besser als eines.',
  'welcome.submit': 'Passwort festlegen und anmelden',
  'welcome.signedIn': 'Sie sind bereits angemeldet',
  'welcome.signedIn.who': 'In diesem Browser sind Sie angemeldet als:',
  'welcome.signedIn.link': 'Der Einmal-Link öffnet ein anderes Konto:',
  'welcome.signedIn.text':
    'Wenn Sie fortfahren und ein Passwort festlegen, wird dieser Browser stattdessen bei diesem Konto angemeldet, in allen Tabs.',
  'welcome.signedIn.goOn': 'Mit dem Link fortfahren',
  'welcome.signedIn.stay': 'Angemeldet bleiben',
  'welcome.signedIn.other':
    'Der Link ist noch nicht verbraucht. Ist er für jemand anderen, geben Sie ihn weiter.',
  'welcome.dead': 'Dieser Link gilt nicht mehr',
  'welcome.dead.text':
    'Der Einmal-Link wurde schon benutzt, ist abgelaufen, wurde widerrufen oder durch einen neueren ersetzt.',
  'welcome.dead.ask': 'Bitten Sie einen Administrator um einen neuen Link.',
  'welcome.incomplete': 'Dieser Link ist unvollständig',
  'welcome.incomplete.text':
    'Ein Teil des Einmal-Links fehlt oder wurde unterwegs verändert. Der Link selbst ist noch nicht verbraucht.',
  'welcome.incomplete.ask':
    'Kopieren Sie den ganzen Link aus Ihrer Nachricht, von https:// bis zum letzten Zeichen, und fügen Sie ihn hier ein. Hilft das nicht, bitten Sie einen Administrator um einen neuen Link.',
  'welcome.again': 'Öffnen Sie Ihren Link noch einmal',
  'welcome.again.text':
    'Zu Ihrer Sicherheit speichert diese Seite den Einmal-Link nicht; beim Neuladen geht er verloren.',
  'welcome.again.ask':
    'Öffnen Sie den Link aus Ihrer Nachricht noch einmal, oder fügen Sie ihn hier ein.',
  'welcome.paste': 'Einmal-Link',
  'welcome.paste.hint': 'Sie können auch die ganze Nachricht einfügen.',
  'welcome.paste.open': 'Link öffnen',
  'welcome.paste.incomplete':
    'In diesem Text steht kein vollständiger Einmal-Link. Kopieren Sie ihn von https:// bis zum letzten Zeichen.',
  'welcome.havePassword': 'Wenn Sie schon ein Passwort haben:',
} as const
