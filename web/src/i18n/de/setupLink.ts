export const setupLink = {
  'setupLink.checking': 'Der Einmal-Link wird geprüft.',
  'setupLink.unchecked': 'Der Link konnte nicht geprüft werden',
  'setupLink.unchecked.text':
    'Der Einmal-Link wurde nicht verwendet. Sie können es auf dieser Seite erneut versuchen.',
  'setupLink.setup': 'Hallpass einrichten',
  'setupLink.setup.text':
    'Dies ist das Konto des ersten Administrators. Legen Sie ein Passwort fest, um die Installation abzuschließen.',
  'setupLink.invitation': 'Passwort festlegen',
  'setupLink.invitation.text':
    'Für Sie wurde ein Konto angelegt. Legen Sie ein Passwort fest, um sich anzumelden.',
  'setupLink.reset': 'Neues Passwort festlegen',
  'setupLink.reset.text':
    'Das neue Passwort ersetzt das aktuelle und beendet alle anderen Sitzungen Ihres Kontos.',
  'setupLink.once':
    'Mit dem Festlegen des Passworts werden Sie auch angemeldet. Der Einmal-Link ist einmal gültig, bis {time}.',
  'setupLink.password': 'Neues Passwort',
  'setupLink.hint': 'Mindestens {least} Zeichen. Mehrere Wörter sind besser als eines.',
  'setupLink.submit': 'Passwort festlegen und anmelden',
  'setupLink.signedIn': 'Sie sind bereits angemeldet',
  'setupLink.signedIn.who': 'In diesem Browser sind Sie angemeldet als:',
  'setupLink.signedIn.link': 'Der Einmal-Link gehört zu einem anderen Konto:',
  'setupLink.signedIn.text':
    'Wenn Sie fortfahren und ein Passwort festlegen, wird dieser Browser in allen Tabs bei diesem Konto angemeldet.',
  'setupLink.signedIn.goOn': 'Mit dem Link fortfahren',
  'setupLink.signedIn.stay': 'Angemeldet bleiben',
  'setupLink.signedIn.other':
    'Der Link wurde nicht verwendet. Wenn er für jemand anderen bestimmt ist, leiten Sie ihn weiter.',
  'setupLink.dead': 'Dieser Link ist nicht mehr gültig',
  'setupLink.dead.text':
    'Der Einmal-Link wurde bereits verwendet, ist abgelaufen, wurde widerrufen oder durch einen neueren ersetzt.',
  'setupLink.dead.ask': 'Bitten Sie einen Administrator um einen neuen Link.',
  'setupLink.incomplete': 'Dieser Link ist unvollständig',
  'setupLink.incomplete.text':
    'Ein Teil des Einmal-Links fehlt oder wurde verändert. Der Link wurde nicht verwendet.',
  'setupLink.incomplete.ask':
    'Kopieren Sie den ganzen Link aus Ihrer Nachricht, von https:// bis zum letzten Zeichen, und fügen Sie ihn hier ein. Wenn das nicht funktioniert, bitten Sie einen Administrator um einen neuen Link.',
  'setupLink.again': 'Öffnen Sie Ihren Link erneut',
  'setupLink.again.text':
    'Zu Ihrer Sicherheit speichert diese Seite den Einmal-Link nicht. Beim Neuladen geht er verloren.',
  'setupLink.again.ask':
    'Öffnen Sie den Link aus Ihrer Nachricht erneut, oder fügen Sie ihn hier ein.',
  'setupLink.paste': 'Einmal-Link',
  'setupLink.paste.hint': 'Sie können auch die ganze Nachricht einfügen.',
  'setupLink.paste.open': 'Link öffnen',
  'setupLink.paste.incomplete':
    'Dieser Text enthält keinen vollständigen Einmal-Link. Kopieren Sie ihn von https:// bis zum letzten Zeichen.',
  'setupLink.havePassword': 'Haben Sie bereits ein Passwort?',
} as const
